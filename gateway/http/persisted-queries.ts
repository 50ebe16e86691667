import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { RejectedRequest } from './rejected-request.ts'
import type { GraphqlRequest } from './request.ts'

/** The texts of operations by their SHA-256, so that clients can send only the hash (automatic persisted queries). */
export interface PersistedQueries {
  /**
   * The text of a request, and a function that stores it once it has proven to be a document.
   *
   * @throws RejectedRequest as the protocol defines: the text is unknown, or does not match the hash.
   */
  textOf(request: GraphqlRequest): { readonly text: string; readonly keep: () => void }
}

/** The maximum size of all stored texts, in characters. */
const keptCharacters = 1024 * 1024

/**
 * Stores texts that clients sent with their hashes. Each is stored under its own hash, so nobody can replace another client's
 * operation; a client whose text was dropped, or stored by another process, is asked to send it again.
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

/** The hash for a text; undefined when there is none. */
function hashIn({ persistedQuery }: GraphqlRequest['extensions']): string | undefined {
  if (persistedQuery == null) return undefined
  const { version, sha256Hash } = persistedQuery as { readonly version?: unknown; readonly sha256Hash?: unknown }
  if (version !== 1) throw otherVersion()
  if (typeof sha256Hash !== 'string') throw noHash()
  return sha256Hash.toLowerCase()
}

function nothingAsked(): RejectedRequest {
  return new RejectedRequest(400, { en: 'The request has no "query".', zh: '请求缺少 query。' })
}

/** The message by which clients know that they must send the text as well; the status is 200 because it is not a failure. */
function unknownHash(): RejectedRequest {
  const message = 'PersistedQueryNotFound'
  return new RejectedRequest(200, { en: message, zh: message }, 'PERSISTED_QUERY_NOT_FOUND')
}

/** The message by which clients know that they must send texts instead. */
function otherVersion(): RejectedRequest {
  const message = 'PersistedQueryNotSupported'
  return new RejectedRequest(200, { en: message, zh: message }, 'PERSISTED_QUERY_NOT_SUPPORTED')
}

function otherHash(): RejectedRequest {
  const messages = {
    en: 'The "sha256Hash" of the persisted query does not match its "query".',
    zh: 'sha256Hash 与 query 的内容不符。',
  }
  return new RejectedRequest(400, messages, 'PERSISTED_QUERY_MISMATCH')
}

function noHash(): RejectedRequest {
  return new RejectedRequest(400, { en: 'The "sha256Hash" must be a string.', zh: 'sha256Hash 须为字符串。' })
}
