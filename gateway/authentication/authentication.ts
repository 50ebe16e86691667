import { LRUCache } from 'lru-cache'
import { verifyAccessToken, type AccessToken, type TokenKeys } from '../../platform/auth/access-token.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { callerOf, type Call } from '../../platform/graphql/call.ts'
import type { Caller } from '../../platform/auth/caller.ts'
import { Unauthenticated } from '../../platform/runtime/errors.ts'
import { rememberSessions } from './known-sessions.ts'
import { SessionWatch } from './session-watch.ts'
import type { SubgraphClient } from '../execution/subgraph-client.ts'

/** Identifies callers. */
export interface Authentication extends AsyncDisposable {
  /**
   * @throws Unauthenticated when a token is invalid or its session has ended.
   * @throws Unavailable when the session cannot be looked up.
   */
  readonly identify: (call: Call) => Promise<Caller>
  /** Calls back once when the token of a call is valid no more, or its session has ended, until it is disposed of. */
  readonly watch: (call: Call, onEnd: () => void) => Disposable
}

/** How many characters of rejected tokens are cached, and for how long, so that repeating one costs next to nothing. */
const rejectedCharacters = 1024 * 1024
const rejectedTtlMs = 10_000

/** Verifies tokens in this process, and looks up their sessions in the user subgraph, which owns them. */
export function createAuthentication(
  keys: TokenKeys,
  user: SubgraphClient,
  broadcast: Pick<Broadcast, 'listen'> | undefined,
  rememberedSessions = 50_000,
): Authentication {
  const tokens = new LRUCache<string, AccessToken>({ max: 10_000 })
  const refused = new LRUCache<string, true>({
    maxSize: rejectedCharacters,
    sizeCalculation: (_, { length }) => length + 1,
    ttl: rejectedTtlMs,
  })
  const sessions = rememberSessions({ user, broadcast, max: rememberedSessions })

  /** The claims of a valid token; null for any other. */
  function read(token: string): AccessToken | null {
    const known = tokens.get(token)
    if (known) return known.expiresAtMs === null || known.expiresAtMs > Date.now() ? known : null
    if (refused.has(token)) return null
    const verified = verifyAccessToken(keys, token)
    if (verified) tokens.set(token, verified)
    else refused.set(token, true)
    return verified
  }

  async function identify(call: Call): Promise<Caller> {
    const { token } = call
    if (token === null) return callerOf(call, null)
    const known = read(token)
    if (!known) throw new Unauthenticated()
    const { userId, sessionId } = known
    const session = await sessions.findActive(sessionId, userId, call)
    if (!session) throw new Unauthenticated()
    return callerOf(call, session.isAdmin ? { userId, sessionId, role: 'ADMIN' } : { userId, sessionId })
  }

  return {
    identify,
    watch(call, onEnd) {
      const known = call.token === null ? null : read(call.token)
      return new SessionWatch({ call, token: known, sessions, onEnd })
    },
    [Symbol.asyncDispose]: () => sessions[Symbol.asyncDispose](),
  }
}
