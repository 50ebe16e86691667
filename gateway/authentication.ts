import { LRUCache } from 'lru-cache'
import { verifyAccessToken, type AccessTokenClaims, type AccessTokenKeys } from '../platform/access-token.ts'
import type { Broadcast } from '../platform/broadcast.ts'
import type { Caller } from '../platform/caller.ts'
import { Unauthenticated, Unavailable } from '../platform/errors.ts'
import { sessionRevoked } from '../platform/topics.ts'
import type { Call } from '../platform/call.ts'
import type { SubgraphClient } from './subgraph-data-source.ts'

/** How long a session is believed to be valid without asking again, should the news of its end be lost. */
const sessionTtlMs = 10_000

/** Finds out who calls. */
export interface Authentication {
  /**
   * @throws Unauthenticated when a token is given that is not valid, or whose session ended.
   * @throws Unavailable when the session cannot be looked up.
   */
  readonly identify: (call: Call) => Promise<Caller>
}

/** Verifies tokens here and asks the user subgraph, which owns them, about sessions; the answer is kept for seconds. */
export function createAuthentication(
  keys: AccessTokenKeys,
  user: SubgraphClient,
  broadcast: Pick<Broadcast, 'listen' | 'onGap'> | undefined,
  keptSessions = 50_000,
): Authentication {
  const claims = new LRUCache<string, AccessTokenClaims>({ max: 10_000 })
  const sessions = new LRUCache<string, { isActive: Promise<boolean> }>({ max: keptSessions, ttl: sessionTtlMs })
  broadcast?.listen(sessionRevoked, (sessionId) => sessions.delete(String(sessionId)))
  broadcast?.onGap(() => sessions.clear())

  function verify(token: string): AccessTokenClaims | null {
    const known = claims.get(token)
    if (known) return known
    const verified = verifyAccessToken(keys, token)
    if (verified) claims.set(token, verified)
    return verified
  }

  /** Calls that come while the answer is on its way wait for the same one; only a good answer is kept. */
  function isActive(sessionId: string, userId: string, caller: Caller): Promise<boolean> {
    const known = sessions.get(sessionId)
    if (known) return known.isActive
    const lookup = askUser(sessionId, userId, caller)
    sessions.set(sessionId, { isActive: lookup })
    lookup.then(
      (active) => !active && sessions.delete(sessionId),
      () => sessions.delete(sessionId),
    )
    return lookup
  }

  async function askUser(sessionId: string, userId: string, caller: Caller): Promise<boolean> {
    const { data, errors } = await user.execute({ query: activeSession, variables: { id: sessionId } }, caller)
    if (errors) throw new Unavailable()
    const session = data?.['activeSession'] as { user: { id: string } } | null
    return session?.user.id === userId
  }

  return {
    async identify({ token, ...call }) {
      const anonymous: Caller = { ...call, viewer: null }
      if (token === null) return anonymous
      const viewer = verify(token)
      if (!viewer || !(await isActive(viewer.sessionId, viewer.userId, anonymous))) throw new Unauthenticated()
      return { ...call, viewer }
    },
  }
}

const activeSession = 'query ActiveSession($id: ID!) { activeSession(id: $id) { user { id } } }'
