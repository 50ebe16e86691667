import type { Logger } from '../../platform/runtime/logger.ts'
import { Unavailable } from '../../platform/runtime/errors.ts'
import { systemCaller } from '../authentication/system-caller.ts'
import type { SubgraphClient } from '../execution/subgraph-client.ts'
import { eventPage, type Event, type EventOwner, type EventPage } from './event.ts'

/** How often an owner is asked although it told nothing: what is lost of its news comes so late. */
const pollMs = 1_000
/** How soon it is asked again when it did not answer. */
const retryMs = 250

export interface TailOptions {
  readonly owner: EventOwner
  readonly subgraph: SubgraphClient
  /** Is told from where on events are followed. */
  readonly onPosition: (owner: EventOwner, position: string) => void
  /** Is told what happened since the position before, and the position behind it. */
  readonly onEvents: (owner: EventOwner, events: readonly Event[], after: string) => void
  /** Is told that more happened than one answer holds. */
  readonly onGap: (owner: EventOwner, after: string) => void
  readonly log: Logger
}

/** Follows the events of one owner of data. */
export interface EventTail extends Disposable {
  /** Begins to follow; resolves when it is known from where on, or that the owner does not answer. */
  start(): Promise<void>
  stop(): void
  /** Looks now. */
  look(): void
  /**
   * What happened to a user since an earlier position.
   *
   * @throws Unavailable when the owner does not answer.
   */
  eventsOf(userId: string, since: string): Promise<EventPage>
}

/**
 * Reads what an owner of data committed since the last time, by the snapshot of that time: each event once, however late its
 * transaction commits and whatever was lost of the news of it. The news only say when to look.
 */
export function createEventTail({ owner, subgraph, onPosition, onEvents, onGap, log }: TailOptions): EventTail {
  const field = `${owner}Events`
  const query = `query Events($since: String, $userId: ID) {
    ${field}(since: $since, userId: $userId) { upTo isCut events { id type userId subjectId otherId } }
  }`
  const caller = systemCaller('events')
  let position: string | null = null
  /** Of what was begun last: what an earlier one reads is of no use. */
  let beginning = 0
  let timer: NodeJS.Timeout | undefined
  let isRunning = false
  let reading: Promise<void> | null = null
  let isLate = false

  const hasNews = (): boolean => isLate
  const isOver = (begun: number): boolean => begun !== beginning

  async function ask(since: string | null, userId: string | null): Promise<EventPage> {
    const { data, errors } = await subgraph.execute({ kind: 'query', query, variables: { since, userId } }, caller)
    const page = eventPage.safeParse(data?.[field])
    if (errors || !page.success) throw new Unavailable()
    return page.data
  }

  async function readAll(): Promise<void> {
    let waitMs = pollMs
    try {
      do {
        isLate = false
        const [before, begun] = [position, beginning]
        const { upTo, events, isCut } = await ask(before, null)
        // Who stopped meanwhile begins anew.
        if (isOver(begun)) return
        position = upTo
        if (before === null) onPosition(owner, upTo)
        else if (isCut) onGap(owner, upTo)
        else onEvents(owner, events, upTo)
      } while (hasNews())
    } catch (error) {
      log.debug({ err: error, owner }, 'an owner of events does not answer')
      waitMs = retryMs
    } finally {
      reading = null
      clearTimeout(timer)
      if (isRunning) timer = setTimeout(look, isLate ? 0 : waitMs).unref()
    }
  }

  function look(): void {
    if (!isRunning) return
    if (reading) isLate = true
    else reading = readAll()
  }

  function stop(): void {
    isRunning = false
    beginning++
    position = null
    clearTimeout(timer)
  }

  return {
    async start() {
      if (!isRunning) {
        isRunning = true
        // What was under way before it stopped is not what is to be read now.
        await reading
        look()
      }
      await reading
    },
    stop,
    look,
    eventsOf: (userId, since) => ask(since, userId),
    [Symbol.dispose]: stop,
  }
}
