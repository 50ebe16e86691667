import { LRUCache } from 'lru-cache'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { callerOf, type Call } from '../../platform/graphql/call.ts'
import { Unavailable } from '../../platform/runtime/errors.ts'
import { repeat } from '../../platform/runtime/repeat.ts'
import { sessionRevoked } from '../../schema/topics.ts'
import type { SubgraphClient } from '../execution/subgraph-client.ts'
import { systemCaller } from './system-caller.ts'

/** How often the user subgraph is polled for changed sessions, while any is cached. */
const changesIntervalMs = 250
/** The TTL of a cached session; looking it up again also extends the session. */
const rememberedMs = 5 * 60_000
/** For how long cached sessions are trusted while the polls fail. */
const silenceMs = 10_000
/** The user subgraph keeps changes for an hour. After a longer pause some may have been missed. */
const longestPauseMs = 30 * 60_000

export interface KnownSessionsOptions {
  readonly user: SubgraphClient
  /** Reports revoked sessions earlier than polling. */
  readonly broadcast: Pick<Broadcast, 'listen'> | undefined
  /** How many sessions are cached. */
  readonly max: number
}

/** The session cache of this process. */
export interface KnownSessions extends AsyncDisposable {
  /**
   * A user's session if it is valid.
   *
   * @throws Unavailable when it cannot be looked up.
   */
  findActive(sessionId: string, userId: string, call: Call): Promise<ActiveSession | null>
  /** Calls the listener whenever a session may have changed, until it is disposed of. */
  watch(sessionId: string, listener: () => void): Disposable
}

/** The properties of a valid session. */
export interface ActiveSession {
  readonly userId: string
  readonly expiresAtMs: number
  readonly isAdmin: boolean
}

interface KnownSession {
  readonly askedAtMs: number
  readonly lookup: Promise<ActiveSession | null>
}

/** Caches the sessions in use, and drops those that the user subgraph reports as changed. A cached session costs no call. */
export function rememberSessions({ user, broadcast, max }: KnownSessionsOptions): KnownSessions {
  const sessions = new LRUCache<string, KnownSession>({ max })
  const watchers = new Map<string, Set<() => void>>()
  let upTo: string | null = null
  let heardAtMs = -Infinity
  broadcast?.listen(sessionRevoked, (sessionId) => hasChanged(String(sessionId)))
  const changes = repeat(changesIntervalMs, () => askForChanges().catch(ignore))

  function hasChanged(sessionId: string): void {
    sessions.delete(sessionId)
    for (const listener of watchers.get(sessionId) ?? []) listener()
  }

  async function askForChanges(): Promise<void> {
    if (Date.now() - heardAtMs > longestPauseMs) upTo = null
    else if (sessions.size === 0 && watchers.size === 0) return
    const askedAtMs = Date.now()
    const { data } = await user.execute({ kind: 'query', query: sessionChanges, variables: { since: upTo } }, self)
    const answer = data?.['sessionChanges'] as { sessionIds: string[]; upTo: string } | null | undefined
    if (!answer) return
    // What was looked up before it was known where to begin, may have changed unheard.
    if (upTo === null) for (const sessionId of [...sessions.keys(), ...watchers.keys()]) hasChanged(sessionId)
    for (const sessionId of answer.sessionIds) hasChanged(sessionId)
    upTo = answer.upTo
    heardAtMs = askedAtMs
  }

  /** Concurrent calls share one look-up; only a successful one is cached. */
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

  /** Whether no relevant change can have happened since a session was looked up. */
  function isUpToDate({ askedAtMs }: KnownSession): boolean {
    const now = Date.now()
    return now - askedAtMs < rememberedMs && now - Math.max(askedAtMs, heardAtMs) < silenceMs
  }

  return {
    async findActive(sessionId, userId, call) {
      const known = sessions.get(sessionId)
      let active = await (known && isUpToDate(known) ? known : lookUp(sessionId, call)).lookup
      // It may have been extended since.
      if (active && active.expiresAtMs <= Date.now()) active = await lookUp(sessionId, call).lookup
      return active?.userId === userId ? active : null
    },
    watch(sessionId, listener) {
      const listeners = watchers.get(sessionId) ?? new Set()
      watchers.set(sessionId, listeners.add(listener))
      return {
        [Symbol.dispose]() {
          listeners.delete(listener)
          if (listeners.size === 0 && watchers.get(sessionId) === listeners) watchers.delete(sessionId)
        },
      }
    },
    [Symbol.asyncDispose]: () => changes[Symbol.asyncDispose](),
  }
}

const activeSession = 'query ActiveSession($id: ID!) { activeSession(id: $id) { expiresAt isAdmin user { id } } }'
const sessionChanges = 'query SessionChanges($since: String) { sessionChanges(since: $since) { sessionIds upTo } }'

const self = systemCaller('session-changes')

/** It is retried soon; in the meantime the cache expires. */
function ignore(): void {
  return undefined
}
