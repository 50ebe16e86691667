import { LRUCache } from 'lru-cache'
import type { PresignedRequest } from './presigned-url.ts'

/** Signs a request from a moment on, for some time. */
type Sign = (request: Pick<PresignedRequest, 'method' | 'path' | 'signedAt' | 'lifetimeSeconds'>) => string

/** For how long a path stays the same, and how much longer it works, in seconds. */
const windowSeconds = 30 * 60
const kept = 10_000

/**
 * Paths under which whoever was given one may read an object for half an hour at least, and an hour at most. Within a
 * window of half an hour a path is signed once, and is the same for all that ask: clients find in their caches what they
 * have read, and a list of objects costs no signature each time.
 *
 * @returns the path and query of an object by its path, such as `/bucket/key`.
 */
export function createTemporaryPaths(sign: Sign): (path: string, now?: Date) => string {
  const signed = new LRUCache<string, { readonly window: number; readonly path: string }>({ max: kept })
  return (path, now = new Date()) => {
    const window = Math.floor(now.getTime() / 1_000 / windowSeconds)
    const known = signed.get(path)
    if (known?.window === window) return known.path
    const signedAt = new Date(window * windowSeconds * 1_000)
    const fresh = sign({ method: 'GET', path, signedAt, lifetimeSeconds: 2 * windowSeconds })
    signed.set(path, { window, path: fresh })
    return fresh
  }
}
