import { LRUCache } from 'lru-cache'
import {
  isPrepared,
  prepareOperation,
  type PreparationOptions,
  type PreparedOperation,
  type Unprepared,
} from './prepared-operation.ts'

/** Who wrote an operation: ourselves, or somebody whose operations need admission. */
export type Author = 'system' | 'client'

/**
 * How long the texts of clients' operations that are kept may be together, in characters; what is kept of one is some
 * hundred times as large.
 */
const keptCharacters = 256 * 1024
/** What an operation takes apart from its text, in as many characters. */
const charactersEach = 200

export type PrepareOperation = (
  text: string,
  name: string | undefined,
  author: Author,
) => PreparedOperation | Unprepared

/**
 * Prepares operations, and keeps those that were sent lately. Our own, of which there are some dozens, stay however many
 * others come.
 */
export function createPreparedOperations(options: PreparationOptions): PrepareOperation {
  /** By text and name apart: a text that is always the same object is found without being read. */
  const own = new Map<string, Map<string | undefined, PreparedOperation>>()
  const ofClients = new LRUCache<string, PreparedOperation>({
    maxSize: keptCharacters,
    sizeCalculation: ({ text }) => text.length + charactersEach,
  })

  return (text, name, author) => {
    const ours = own.get(text)?.get(name)
    if (ours) return ours
    const key = name === undefined ? text : `${name}\n${text}`
    const known = ofClients.get(key)
    if (known) return known
    const operation = prepareOperation(options, text, name)
    if (!isPrepared(operation)) return operation
    if (author === 'client') ofClients.set(key, operation)
    else own.set(text, (own.get(text) ?? new Map<string | undefined, PreparedOperation>()).set(name, operation))
    return operation
  }
}
