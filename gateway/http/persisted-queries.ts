import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { RequestRefused } from './refusals.ts'
import type { GraphqlRequest } from './request.ts'

/** The texts of operations by their SHA-256, so that clients can send the hash alone (automatic persisted queries). */
export interface PersistedQueries {
  /**
   * The text of a request, and what keeps it when it turns out to be a document.
   *
   * @throws RequestRefused as the protocol has it: the text is not known, or is not that of the hash.
   */
  textOf(request: GraphqlRequest): { readonly text: string; readonly keep: () => void }
}

/** All texts that are kept together, in characters. */
const keptCharacters = 1024 * 1024

/**
 * Keeps texts that clients sent with their hashes. Each is kept under its own hash alone, so nobody can put an operation
 * in the place of another's; a client whose text was forgotten, or kept by another process, is asked to send it again.
 */
export function createPersistedQueries(): PersistedQueries {
  const texts = new LRUCache<string, string>({ maxSize: keptCharacters, sizeCalculation: (text) => text.length })

  return {
    textOf({ query, extensions }) {
      const hash = hashIn(extensions)
      if (hash === undefined) {
        if (query === undefined) throw nothingAsked()
        return { text: query, keep: () => undefined }
      }
      if (query === undefined) {
        const text = texts.get(hash)
        if (text === undefined) throw unknownHash()
        return { text, keep: () => undefined }
      }
      if (createHash('sha256').update(query).digest('hex') !== hash) throw otherHash()
      return { text: query, keep: () => void texts.set(hash, query) }
    },
  }
}

/** The hash that stands for a text; undefined when there is none. */
function hashIn({ persistedQuery }: GraphqlRequest['extensions']): string | undefined {
  if (persistedQuery == null) return undefined
  const { version, sha256Hash } = persistedQuery as { readonly version?: unknown; readonly sha256Hash?: unknown }
  if (version !== 1) throw otherVersion()
  if (typeof sha256Hash !== 'string') throw noHash()
  return sha256Hash.toLowerCase()
}

function nothingAsked(): RequestRefused {
  return new RequestRefused(400, { en: 'The request has no "query".', zh: '请求缺少 query。' })
}

/** In the words by which clients know that they must send the text along; no failure of the network, hence 200. */
function unknownHash(): RequestRefused {
  const message = 'PersistedQueryNotFound'
  return new RequestRefused(200, { en: message, zh: message }, 'PERSISTED_QUERY_NOT_FOUND')
}

/** In the words by which clients know that they must send texts instead. */
function otherVersion(): RequestRefused {
  const message = 'PersistedQueryNotSupported'
  return new RequestRefused(200, { en: message, zh: message }, 'PERSISTED_QUERY_NOT_SUPPORTED')
}

function otherHash(): RequestRefused {
  const messages = {
    en: 'The "sha256Hash" of the persisted query is not that of its "query".',
    zh: 'sha256Hash 与 query 的内容不符。',
  }
  return new RequestRefused(400, messages, 'PERSISTED_QUERY_MISMATCH')
}

function noHash(): RequestRefused {
  return new RequestRefused(400, { en: 'A "sha256Hash" must be a text.', zh: 'sha256Hash 须为字符串。' })
}
