import { setTimeout as delay } from 'node:timers/promises'
import type { Caller } from '../../platform/auth/caller.ts'
import { Unauthenticated, Unavailable } from '../../platform/runtime/errors.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { Event } from './event.ts'
import type { EventRenderer } from './event-renderer.ts'

/** A receiver of events: one operation of one connection. */
export interface Subscriber {
  /**
   * Who it is, as of now.
   *
   * @throws Unauthenticated when the session has ended, and Unavailable when that cannot be known.
   */
  identify(): Promise<Caller>
  /** Writes a result, as JSON, and the cursor of its event. */
  next(payload: string, cursor: string): void
  /** Ends the subscription, and says why. */
  fail(error: Error): void
}

/** An event on its way, and where a client goes on that has seen it. */
export interface Delivery {
  readonly event: Event
  readonly cursor: string
}

/** How many events of one stream are asked for at a time. */
const atOnce = 8
/** How many may wait before the stream tells of a gap instead. */
const mostWaiting = 10_000
/** For how long an event is tried that cannot be shown now; then its readers have to come again. */
const patienceMs = 60_000
const firstPauseMs = 100
const longestPauseMs = 1_000

/**
 * Does what is UNAVAILABLE now as soon as it is not; null when nobody waits for it any more.
 *
 * @throws Unavailable after a minute, and whatever else goes wrong.
 */
export async function whenAvailable<Result>(
  act: () => Promise<Result>,
  isWanted: () => boolean,
): Promise<Result | null> {
  const since = performance.now()
  for (let pauseMs = firstPauseMs; isWanted(); pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof Unavailable) || performance.now() - since > patienceMs) throw error
      await delay(pauseMs)
    }
  }
  return null
}

/** The subscriptions that show the same to the same person: what one of them is written, all are. */
export interface Audience {
  readonly renderer: EventRenderer
  readonly members: ReadonlySet<Member>
  add(member: Member): void
  remove(member: Member): void
  push(delivery: Delivery): void
}

/** One of an audience. While it catches up, what happens waits. */
export interface Member extends Omit<Subscriber, 'next'> {
  deliver(delivery: Delivery, payload: string): void
}

/** Writes events to all members in order, each asked of the graph once. */
export function createAudience(renderer: EventRenderer, gap: () => Delivery, log: Logger): Audience {
  const members = new Set<Member>()
  const isWanted = (): boolean => members.size > 0
  let waiting: { readonly delivery: Delivery; payload?: Promise<string | null> }[] = []
  let isWriting = false

  /** Sends an event to the members who are still signed in. */
  async function render({ event, cursor }: Delivery): Promise<string | null> {
    for (const member of members) {
      try {
        return await renderer.render(event, cursor, await member.identify())
      } catch (error) {
        if (!(error instanceof Unauthenticated)) throw error
        members.delete(member)
        member.fail(error)
      }
    }
    return null
  }

  async function write(): Promise<void> {
    isWriting = true
    try {
      for (let first = waiting[0]; first && members.size > 0; first = waiting[0]) {
        for (const entry of waiting.slice(0, atOnce)) {
          entry.payload ??= whenAvailable(() => render(entry.delivery), isWanted)
          // Each is awaited in its turn.
          entry.payload.catch(() => undefined)
        }
        const payload = await first.payload
        waiting.shift()
        if (payload == null) continue
        for (const member of members) member.deliver(first.delivery, payload)
      }
      waiting = []
    } catch (error) {
      waiting = []
      log.warn({ err: error }, 'a stream of events had to end')
      for (const member of [...members]) member.fail(error as Error)
    } finally {
      isWriting = false
    }
  }

  return {
    renderer,
    members,
    add: (member) => void members.add(member),
    remove: (member) => void members.delete(member),
    push(delivery) {
      if (waiting.length >= mostWaiting) waiting = [{ delivery: gap() }]
      waiting.push({ delivery })
      if (!isWriting) void write()
    },
  }
}
