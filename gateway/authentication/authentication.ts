import { LRUCache } from 'lru-cache'
import { verifyAccessToken, type AccessToken, type TokenKeys } from '../../platform/auth/access-token.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { callerOf, type Call } from '../../platform/graphql/call.ts'
import type { Caller } from '../../platform/auth/caller.ts'
import { Unauthenticated } from '../../platform/runtime/errors.ts'
import { rememberSessions } from './known-sessions.ts'
import type { SubgraphClient } from '../execution/subgraph-client.ts'

/** Finds out who calls. */
export interface Authentication extends AsyncDisposable {
  /**
   * @throws Unauthenticated when a token is given that is not valid, or whose session ended.
   * @throws Unavailable when the session cannot be looked up.
   */
  readonly identify: (call: Call) => Promise<Caller>
}

/** The text of refused tokens that is remembered, in characters, and for how long: who repeats one costs next to nothing. */
const refusedCharacters = 1024 * 1024
const refusedMs = 10_000

/** Verifies tokens here, and knows their sessions from the user subgraph, which owns them. */
export function createAuthentication(
  keys: TokenKeys,
  user: SubgraphClient,
  broadcast: Pick<Broadcast, 'listen'> | undefined,
  rememberedSessions = 50_000,
): Authentication {
  const tokens = new LRUCache<string, AccessToken>({ max: 10_000 })
  const refused = new LRUCache<string, true>({
    maxSize: refusedCharacters,
    sizeCalculation: (_, { length }) => length + 1,
    ttl: refusedMs,
  })
  const sessions = rememberSessions({ user, broadcast, max: rememberedSessions })

  /** What a valid token says; null for any other. */
  function read(token: string): AccessToken | null {
    const known = tokens.get(token)
    if (known) return known.expiresAtMs === null || known.expiresAtMs > Date.now() ? known : null
    if (refused.has(token)) return null
    const verified = verifyAccessToken(keys, token)
    if (verified) tokens.set(token, verified)
    else refused.set(token, true)
    return verified
  }

  return {
    async identify(call) {
      const { token } = call
      if (token === null) return callerOf(call, null)
      const known = read(token)
      if (!known) throw new Unauthenticated()
      const { userId, sessionId } = known
      const session = await sessions.findActive(sessionId, userId, call)
      if (!session) throw new Unauthenticated()
      return callerOf(call, session.isAdmin ? { userId, sessionId, role: 'ADMIN' } : { userId, sessionId })
    },
    [Symbol.asyncDispose]: () => sessions[Symbol.asyncDispose](),
  }
}
