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

/** What the user subgraph says of an active session. */
interface Session {
  readonly isAdmin: boolean
  readonly user: { readonly id: string }
}

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
  const sessions = new LRUCache<string, { lookup: Promise<Session | null> }>({ max: keptSessions, ttl: sessionTtlMs })
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
  function findActive(sessionId: string, userId: string, caller: Caller): Promise<Session | null> {
    const known = sessions.get(sessionId)
    if (known) return known.lookup
    const lookup = askUser(sessionId, userId, caller)
    sessions.set(sessionId, { lookup })
    lookup.then(
      (session) => !session && sessions.delete(sessionId),
      () => sessions.delete(sessionId),
    )
    return lookup
  }

  async function askUser(sessionId: string, userId: string, caller: Caller): Promise<Session | null> {
    const { data, errors } = await user.execute({ query: activeSession, variables: { id: sessionId } }, caller)
    if (errors) throw new Unavailable()
    const session = data?.['activeSession'] as Session | null
    return session?.user.id === userId ? session : null
  }

  return {
    async identify({ token, ...call }) {
      const anonymous: Caller = { ...call, viewer: null }
      if (token === null) return anonymous
      const viewer = verify(token)
      const session = viewer && (await findActive(viewer.sessionId, viewer.userId, anonymous))
      if (!session) throw new Unauthenticated()
      return { ...call, viewer: session.isAdmin ? { ...viewer, role: 'ADMIN' } : viewer }
    },
  }
}

const activeSession = 'query ActiveSession($id: ID!) { activeSession(id: $id) { isAdmin user { id } } }'
