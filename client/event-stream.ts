import { createClient as createSocketClient } from 'graphql-ws'
import { operations, type Operations } from './operations.generated.ts'
import { pause } from './pause.ts'
import type { Session } from './session.ts'

/** What happens to the viewer. */
export type StreamEvent = Operations['Events']['data']['events']

export interface EventStreamOptions {
  readonly onEvent: (event: StreamEvent) => void
  /** Called with false when the connection breaks, and with true when it is there again; events that were missed follow. */
  readonly onConnected?: (isConnected: boolean) => void
  /** Called when the session is over; the stream has ended. */
  readonly onEnded?: () => void
  /** The cursor of the last event that was seen: what happened since comes first. */
  readonly after?: string
}

interface StreamOptions extends EventStreamOptions {
  readonly url: string
  readonly session: Session
  readonly webSocketImpl?: unknown
}

/** The longest pause between two attempts to connect, in milliseconds. */
const longestPauseMs = 20_000
const keepAliveMs = 12_000
const handshakeMs = 10_000
/** The close code of a connection whose session is over, or whose token has expired. */
const unauthorized = 4401
/** How many ids of events are remembered: those that come again after a break are not reported again. */
const rememberedIds = 500

/** Events in order, each once by its id, whatever happens to the connection. Disposing it closes the stream. */
export function openEventStream(options: StreamOptions): Disposable {
  const { session, onEvent, onConnected, onEnded } = options
  const seen = new Set<string>()
  const stop = new AbortController()
  let cursor = options.after
  /** The token of the latest connection, and whether the server has refused it since. */
  let used: string | null = null
  let isRefused = false
  let failures = 0

  const socket = createSocketClient({
    url: options.url.replace(/^http/, 'ws'),
    ...(options.webSocketImpl !== undefined && { webSocketImpl: options.webSocketImpl }),
    keepAlive: keepAliveMs,
    connectionAckWaitTimeout: handshakeMs,
    // Connections are made anew below, because a refused token needs another one first.
    retryAttempts: 0,
    connectionParams: () => ({ ...(used !== null && { authorization: `Bearer ${used}` }) }),
    on: {
      connected(_socket, payload) {
        failures = 0
        cursor ??= (payload as { readonly cursor?: string } | undefined)?.cursor
        onConnected?.(true)
      },
      closed(event) {
        if ((event as { readonly code?: number }).code === unauthorized) isRefused = true
        onConnected?.(false)
      },
    },
  })

  function report(event: StreamEvent): void {
    cursor = event.cursor
    if (seen.has(event.id)) return
    seen.add(event.id)
    for (const oldest of seen) {
      if (seen.size <= rememberedIds) break
      seen.delete(oldest)
    }
    onEvent(event)
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        used = isRefused && used !== null ? await session.replaceToken(used) : await session.accessToken()
        isRefused = false
        if (used === null) {
          onEnded?.()
          break
        }
        const variables = { after: cursor ?? null }
        const request = { query: operations.Events.text, operationName: 'Events', variables }
        for await (const { data } of socket.iterate<Operations['Events']['data']>(request)) {
          if (data) report(data.events)
        }
      } catch {
        // Whatever it was, the next connection goes on behind the last event.
      }
      failures += 1
      if (!isRefused || failures > 1) await pause(pauseMs(failures), stop.signal)
    }
  }
  void run()

  return {
    [Symbol.dispose]() {
      stop.abort()
      void socket.dispose()
    },
  }
}

/** Clients that lost the same server do not come back at the same moment. */
function pauseMs(failures: number): number {
  return Math.min(longestPauseMs, 500 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
}
