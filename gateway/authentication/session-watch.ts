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

/**
 * Notices when a connected user is signed out, because the session has ended or the token has expired. There is one for each
 * connection, so it is a class, which takes less memory than closures.
 */
export class SessionWatch implements Disposable {
  readonly #options: SessionWatchOptions
  readonly #changes: Disposable | null
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  constructor(options: SessionWatchOptions) {
    const { token, sessions } = options
    this.#options = options
    this.#changes = token && sessions.watch(token.sessionId, () => void this.#look())
    void this.#look()
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#changes?.[Symbol.dispose]()
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer)
    if (!this.#isOver) this.#timer = setTimeout(() => void this.#look(), Math.max(0, ms)).unref()
  }

  async #look(): Promise<void> {
    const endsAtMs = await this.#whenItEnds().catch(() => null)
    if (this.#isOver) return
    // Nobody is signed out because that cannot be known.
    if (endsAtMs === null) {
      this.#lookIn(retryMs)
      return
    }
    const now = Date.now()
    if (endsAtMs > now) {
      this.#lookIn(Math.min(lookEveryMs, endsAtMs - now))
      return
    }
    this[Symbol.dispose]()
    this.#options.onEnd()
  }

  /** In milliseconds since 1970; in the past when it has ended. */
  async #whenItEnds(): Promise<number> {
    const { token, sessions, call } = this.#options
    if (!token) return -Infinity
    const session = await sessions.findActive(token.sessionId, token.userId, call)
    return session ? Math.min(session.expiresAtMs, token.expiresAtMs ?? Infinity) : -Infinity
  }
}
