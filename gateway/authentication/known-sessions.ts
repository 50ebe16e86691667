import { LRUCache } from 'lru-cache'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { callerOf, type Call } from '../../platform/graphql/call.ts'
import { Unavailable } from '../../platform/runtime/errors.ts'
import { repeat } from '../../platform/runtime/repeat.ts'
import { sessionRevoked } from '../../platform/redis/topics.ts'
import type { SubgraphClient } from '../execution/subgraph-client.ts'
import { systemCaller } from './system-caller.ts'

/** How often the user subgraph is asked which sessions changed, while any is remembered. */
const changesIntervalMs = 250
/** For how long a session is remembered at most: then it is looked up, and so prolonged, again. */
const rememberedMs = 5 * 60_000
/** For how long sessions are believed while the user subgraph does not tell what changed. */
const silenceMs = 10_000
/** The user subgraph keeps changes for an hour. Who did not ask for so long may have missed some. */
const longestPauseMs = 30 * 60_000

export interface KnownSessionsOptions {
  readonly user: SubgraphClient
  /** Brings news of revoked sessions sooner than they are asked for. */
  readonly broadcast: Pick<Broadcast, 'listen'> | undefined
  /** How many sessions are remembered. */
  readonly max: number
}

/** What this process knows of sessions. */
export interface KnownSessions extends AsyncDisposable {
  /**
   * A person's session if it is valid.
   *
   * @throws Unavailable when it cannot be looked up.
   */
  findActive(sessionId: string, userId: string, call: Call): Promise<ActiveSession | null>
}

/** What the user subgraph says of a session that is valid. */
export interface ActiveSession {
  readonly userId: string
  readonly expiresAtMs: number
  readonly isAdmin: boolean
}

interface KnownSession {
  readonly askedAtMs: number
  readonly lookup: Promise<ActiveSession | null>
}

/**
 * Remembers the sessions that are in use, and forgets those that the user subgraph says have changed. A session that is
 * remembered costs no call.
 */
export function rememberSessions({ user, broadcast, max }: KnownSessionsOptions): KnownSessions {
  const sessions = new LRUCache<string, KnownSession>({ max })
  let upTo: string | null = null
  let heardAtMs = -Infinity
  broadcast?.listen(sessionRevoked, (sessionId) => sessions.delete(String(sessionId)))
  const changes = repeat(changesIntervalMs, () => askForChanges().catch(ignore))

  async function askForChanges(): Promise<void> {
    if (Date.now() - heardAtMs > longestPauseMs) upTo = null
    else if (sessions.size === 0) return
    const askedAtMs = Date.now()
    const { data } = await user.execute({ kind: 'query', query: sessionChanges, variables: { since: upTo } }, self)
    const answer = data?.['sessionChanges'] as { sessionIds: string[]; upTo: string } | null | undefined
    if (!answer) return
    // What was looked up before it was known where to begin, may have changed unheard.
    if (upTo === null) sessions.clear()
    for (const sessionId of answer.sessionIds) sessions.delete(sessionId)
    upTo = answer.upTo
    heardAtMs = askedAtMs
  }

  /** Calls that come while the answer is on its way wait for the same one; only a good answer is kept. */
  function lookUp(sessionId: string, call: Call): KnownSession {
    const session: KnownSession = { askedAtMs: Date.now(), lookup: askUser(sessionId, call) }
    const forget = (): void => {
      if (sessions.peek(sessionId) === session) sessions.delete(sessionId)
    }
    sessions.set(sessionId, session)
    session.lookup.then((active) => !active && forget(), forget)
    return session
  }

  async function askUser(sessionId: string, call: Call): Promise<ActiveSession | null> {
    const { data, errors } = await user.execute(
      { kind: 'query', query: activeSession, variables: { id: sessionId } },
      callerOf(call, null),
    )
    if (errors) throw new Unavailable()
    const session = data?.['activeSession'] as { user: { id: string }; expiresAt: string; isAdmin: boolean } | null
    if (!session) return null
    return { userId: session.user.id, expiresAtMs: Date.parse(session.expiresAt), isAdmin: session.isAdmin }
  }

  /** Whether nothing that matters can have happened since a session was looked up. */
  function isUpToDate({ askedAtMs }: KnownSession): boolean {
    const now = Date.now()
    return now - askedAtMs < rememberedMs && now - Math.max(askedAtMs, heardAtMs) < silenceMs
  }

  return {
    async findActive(sessionId, userId, call) {
      const known = sessions.get(sessionId)
      let active = await (known && isUpToDate(known) ? known : lookUp(sessionId, call)).lookup
      // Its end may have moved on since.
      if (active && active.expiresAtMs <= Date.now()) active = await lookUp(sessionId, call).lookup
      return active?.userId === userId ? active : null
    },
    [Symbol.asyncDispose]: () => changes[Symbol.asyncDispose](),
  }
}

const activeSession = 'query ActiveSession($id: ID!) { activeSession(id: $id) { expiresAt isAdmin user { id } } }'
const sessionChanges = 'query SessionChanges($since: String) { sessionChanges(since: $since) { sessionIds upTo } }'

const self = systemCaller('session-changes')

/** The next attempt comes in a moment; meanwhile the silence is noticed. */
function ignore(): void {
  return undefined
}
