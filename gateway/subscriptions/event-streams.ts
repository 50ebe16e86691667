import { randomUUID } from 'node:crypto'
import type { Caller } from '../../platform/auth/caller.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { onEventsAdded, onTyping } from '../../schema/topics.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { SubgraphClient } from '../execution/subgraph-client.ts'
import {
  createAudience,
  whenAvailable,
  type Audience,
  type Delivery,
  type Member,
  type Subscriber,
} from './audience.ts'
import { encodeEventCursor, type EventCursor } from './cursor.ts'
import { eventOwners, noPositions, type Event, type EventOwner, type Positions } from './event.ts'
import type { EventRenderer } from './event-renderer.ts'
import { createEventTail, type EventTail } from './event-tail.ts'

/** Who follows what happens to whom. */
export interface StreamRequest {
  readonly userId: string
  /** Names what is shown and how: subscriptions of a person with the same one are written the same. */
  readonly audience: string
  /** Called when it is the first of its audience. */
  readonly createRenderer: () => EventRenderer
  /** Where the client goes on; null for who begins. */
  readonly after: EventCursor | null
}

/** Brings what happens to users to their subscriptions. */
export interface EventStreams extends Disposable {
  /** Follows events until it is disposed; resolves when the start is known. */
  hold(): Promise<Disposable>
  /** Where a client goes on that has seen everything until now. */
  cursor(): string
  /** Writes to a subscriber, what it missed first. Answers how to leave. */
  join(request: StreamRequest, subscriber: Subscriber): () => void
}

export interface EventStreamsOptions {
  readonly subgraphs: Readonly<Partial<Record<EventOwner, SubgraphClient>>>
  readonly broadcast: Pick<Broadcast, 'listen' | 'onGap'> | undefined
  readonly log: Logger
}

/** For how long a client may be away and miss nothing; owners keep what happened for longer. */
const longestAbsenceMs = 7 * 24 * 60 * 60 * 1_000
/** The maximum number of events that may arrive while a subscriber still catches up. */
const mostWhileAway = 1_000

/** Opens streams over the owners of events. */
export function createEventStreams({ subgraphs, broadcast, log }: EventStreamsOptions): EventStreams {
  const users = new Map<string, Map<string, Audience>>()
  /** Who reads what they missed: one subscription of a person at a time. */
  const catchingUp = new Map<string, Promise<void>>()
  let positions: Positions = noPositions
  let holders = 0
  const tails = Object.fromEntries(
    eventOwners.map((owner) => {
      const subgraph = subgraphs[owner]
      if (!subgraph) throw new Error(`there is no subgraph “${owner}”, which tells of events`)
      return [owner, createEventTail({ owner, subgraph, onEvents, onGap, onPosition, log })]
    }),
  ) as Record<EventOwner, EventTail>

  if (broadcast) {
    onEventsAdded(broadcast, ({ owner, userIds }) => {
      if (isOwner(owner) && userIds.some((userId) => users.has(userId))) tails[owner].look()
    })
    onTyping(broadcast, ({ userId, toUserId }) => {
      tell({ type: 'Typing', userId: toUserId, subjectId: userId, otherId: userId })
    })
    broadcast.onGap(() => {
      for (const tail of Object.values(tails)) tail.look()
    })
  }

  function onPosition(owner: EventOwner, position: string): void {
    positions = { ...positions, [owner]: position }
  }

  function onEvents(owner: EventOwner, events: readonly Event[], after: string): void {
    const before = encodeEventCursor(positions)
    onPosition(owner, after)
    const cursor = encodeEventCursor(positions)
    const last = new Map(events.map((event) => [event.userId, event]))
    for (const event of events) {
      // Who has seen some of what was read together has to read it again.
      const delivery = { event, cursor: last.get(event.userId) === event ? cursor : before }
      for (const audience of users.get(event.userId)?.values() ?? []) audience.push(delivery)
    }
  }

  function onGap(owner: EventOwner, after: string): void {
    onPosition(owner, after)
    log.warn({ owner }, 'more happened than streams can tell')
    for (const audiences of users.values()) for (const audience of audiences.values()) audience.push(gap())
  }

  function gap(): Delivery {
    const event: Event = { id: `gap-${randomUUID()}`, type: 'Gap', userId: '', subjectId: '', otherId: null }
    return { event, cursor: encodeEventCursor(positions) }
  }

  /** Delivers an event that is stored nowhere. */
  function tell(event: Omit<Event, 'id'>): void {
    const audiences = users.get(event.userId)
    if (!audiences) return
    const delivery = { event: { ...event, id: randomUUID() }, cursor: encodeEventCursor(positions) }
    for (const audience of audiences.values()) audience.push(delivery)
  }

  function audienceOf({ userId, audience: name, createRenderer }: StreamRequest): Audience {
    const audiences = users.get(userId) ?? new Map<string, Audience>()
    users.set(userId, audiences)
    let audience = audiences.get(name)
    if (!audience) audiences.set(name, (audience = createAudience(createRenderer(), gap, log)))
    return audience
  }

  /** What a client missed since its cursor, or that it missed too much. */
  async function missed(userId: string, { positions: from, atMs }: EventCursor): Promise<readonly Delivery[]> {
    if (Date.now() - atMs > longestAbsenceMs) return [gap()]
    let reached = from
    const deliveries: Delivery[] = []
    for (const owner of eventOwners) {
      const since = from[owner]
      if (since === null) continue
      const { events, upTo, isCut } = await tails[owner].eventsOf(userId, since)
      if (isCut) return [gap()]
      const before = encodeEventCursor(reached, atMs)
      reached = { ...reached, [owner]: upTo }
      const behind = encodeEventCursor(reached)
      deliveries.push(...events.map((event) => ({ event, cursor: event === events.at(-1) ? behind : before })))
    }
    return deliveries
  }

  async function catchUp(userId: string, audience: Audience, after: EventCursor, member: CatchingUp): Promise<void> {
    const isWanted = (): boolean => !member.hasLeft
    try {
      const deliveries = (await whenAvailable(() => missed(userId, after), isWanted)) ?? []
      for (const delivery of deliveries) {
        const { event, cursor } = delivery
        const render = async () => audience.renderer.render(event, cursor, await member.identify())
        const payload = await whenAvailable(render, isWanted)
        if (payload !== null) member.write(delivery, payload)
      }
      if (!member.goLive(deliveries)) audience.push(gap())
    } catch (error) {
      member.fail(error as Error)
    }
  }

  /** Subscriptions of one user catch up one after the other. */
  function catchUpInTurn(userId: string, audience: Audience, after: EventCursor, member: CatchingUp): void {
    const turn = (catchingUp.get(userId) ?? Promise.resolve()).then(() => catchUp(userId, audience, after, member))
    catchingUp.set(userId, turn)
    void turn.then(() => catchingUp.get(userId) === turn && catchingUp.delete(userId))
  }

  /** How a member leaves. It is kept as long as the connection, and the request of the member is not. */
  function leaving(userId: string, audience: Audience, member: CatchingUp): () => void {
    return () => {
      member.hasLeft = true
      audience.remove(member)
      if (audience.members.size > 0) return
      const audiences = users.get(userId)
      for (const [name, known] of audiences ?? []) if (known === audience) audiences?.delete(name)
      if (audiences?.size === 0) users.delete(userId)
    }
  }

  return {
    async hold() {
      holders++
      await Promise.all(Object.values(tails).map((tail) => tail.start()))
      let isHeld = true
      return {
        [Symbol.dispose]() {
          if (!isHeld) return
          isHeld = false
          holders--
          if (holders > 0) return
          for (const tail of Object.values(tails)) tail.stop()
          positions = noPositions
        },
      }
    },
    cursor: () => encodeEventCursor(positions),
    join(request, subscriber) {
      const audience = audienceOf(request)
      const member = new CatchingUp(subscriber, request.after !== null)
      audience.add(member)
      if (request.after) catchUpInTurn(request.userId, audience, request.after, member)
      return leaving(request.userId, audience, member)
    },
    [Symbol.dispose]() {
      for (const tail of Object.values(tails)) tail[Symbol.dispose]()
    },
  }
}

function isOwner(name: string): name is EventOwner {
  return eventOwners.some((owner) => owner === name)
}

/** A member that may first read what it missed. There are thousands, so it is a class. */
class CatchingUp implements Member {
  readonly #subscriber: Subscriber
  /** What happens while it reads what it missed; null when it does not any more. */
  #waiting: [Delivery, string][] | null
  /** What was missed can come once more as it happens. */
  #seen: ReadonlySet<string> | null = null
  hasLeft = false

  constructor(subscriber: Subscriber, isBehind: boolean) {
    this.#subscriber = subscriber
    this.#waiting = isBehind ? [] : null
  }

  identify(): Promise<Caller> {
    return this.#subscriber.identify()
  }

  fail(error: Error): void {
    this.#subscriber.fail(error)
  }

  /** Writes what was missed. */
  write({ cursor }: Delivery, payload: string): void {
    if (!this.hasLeft) this.#subscriber.next(payload, cursor)
  }

  deliver(delivery: Delivery, payload: string): void {
    if (this.#waiting) {
      if (this.#waiting.length < mostWhileAway) this.#waiting.push([delivery, payload])
    } else if (!this.#seen?.has(delivery.event.id)) this.write(delivery, payload)
  }

  /**
   * Writes what happened meanwhile and was not among what was missed, and from now on what happens.
   *
   * @returns whether all that happened meanwhile was kept.
   */
  goLive(missed: readonly Delivery[]): boolean {
    const meanwhile = this.#waiting ?? []
    this.#waiting = null
    this.#seen = missed.length === 0 ? null : new Set(missed.map(({ event }) => event.id))
    for (const [delivery, payload] of meanwhile) this.deliver(delivery, payload)
    return meanwhile.length < mostWhileAway
  }
}
