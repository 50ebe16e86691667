import { GraphQLError, parse, type DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { limits } from '../admission.ts'

/** The text of documents that are kept parsed, in characters; a tree is some hundred times as large as its text. */
const keptCharacters = 256 * 1024

/** Reads texts of operations; one that was read lately is not read again. */
export function createDocuments(): (text: string) => DocumentNode | GraphQLError {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: keptCharacters,
    sizeCalculation: (_document, text) => text.length,
  })

  return (text) => {
    const known = documents.get(text)
    if (known) return known
    try {
      const document = parse(text, { maxTokens: limits.tokens })
      documents.set(text, document)
      return document
    } catch (error) {
      if (error instanceof GraphQLError) return error
      throw error
    }
  }
}
