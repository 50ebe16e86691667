import { LRUCache } from 'lru-cache'
import type { PresignedRequest } from './presigned-url.ts'

/** Signs a request that is valid from a given time, for a given duration. */
type Sign = (request: Pick<PresignedRequest, 'method' | 'path' | 'signedAt' | 'lifetimeSeconds'>) => string

/** For how long a path stays the same, and for how long it works after that, in seconds. */
const windowSeconds = 30 * 60
const kept = 10_000

/**
 * Paths by which an object can be read for at least half an hour and at most an hour. A path is signed once per window of half
 * an hour and is the same for all callers, so clients can cache the object and a list costs no signatures.
 *
 * @returns a function from the path of an object, such as `/bucket/key`, to its signed path and query.
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
