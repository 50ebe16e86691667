import type { AccessToken } from '../../platform/auth/access-token.ts'
import type { Call } from '../../platform/graphql/call.ts'
import type { KnownSessions } from './known-sessions.ts'

export interface SessionWatchOptions {
  readonly call: Call
  /** What the token of the call says; null when it is none. */
  readonly token: AccessToken | null
  readonly sessions: Pick<KnownSessions, 'watch' | 'findActive'>
  readonly onEnd: () => void
}

/** How soon a session is looked up again that could not be. */
const retryMs = 1_000
/** A session can end by itself, and its end can move on: so often it is looked at, at least. */
const lookEveryMs = 60_000

/** Notices when a connected user is signed out, because the session has ended or the token has expired. */
export function watchSession({ call, token, sessions, onEnd }: SessionWatchOptions): Disposable {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const watch = token && sessions.watch(token.sessionId, () => void look())

  function dispose(): void {
    isOver = true
    clearTimeout(timer)
    watch?.[Symbol.dispose]()
  }

  function lookIn(ms: number): void {
    clearTimeout(timer)
    if (!isOver) timer = setTimeout(() => void look(), Math.max(0, ms)).unref()
  }

  async function look(): Promise<void> {
    const endsAtMs = await whenItEnds().catch(() => null)
    if (isOver) return
    // Nobody is signed out because that cannot be known.
    if (endsAtMs === null) {
      lookIn(retryMs)
      return
    }
    const now = Date.now()
    if (endsAtMs > now) {
      lookIn(Math.min(lookEveryMs, endsAtMs - now))
      return
    }
    dispose()
    onEnd()
  }

  /** In milliseconds since 1970; in the past when it has ended. */
  async function whenItEnds(): Promise<number> {
    if (!token) return -Infinity
    const session = await sessions.findActive(token.sessionId, token.userId, call)
    return session ? Math.min(session.expiresAtMs, token.expiresAtMs ?? Infinity) : -Infinity
  }

  void look()
  return { [Symbol.dispose]: dispose }
}
