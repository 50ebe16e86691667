import { LRUCache } from 'lru-cache'
import type { Broadcast } from '../../../platform/redis/broadcast.ts'
import { onMessageSent, type MessageSent } from './message-sent.ts'
import { longestAnswer, type MessageRow, type Poll } from './repository.ts'

/** Answers polls in their order. */
export type AnswerPolls = (polls: readonly Poll[]) => Promise<readonly (readonly MessageRow[])[]>

/** A cached negative result: one user has sent nothing to another after a time, as of the read. */
interface Silence {
  /** Epoch milliseconds; infinity until it was read. */
  sinceMs: number
  /** On the monotonic clock, before the read. */
  readonly notedAtMs: number
}

/** The TTL of a negative result, in case the event that ends it is lost. */
const longestBeliefMs = 5_000
const maxSilences = 50_000

/**
 * Answers a poll from memory when it is known to be empty, as it is for every open chat every second; reads all others.
 *
 * No message is delayed for longer than its event is in transit, or five seconds when the event is lost:
 * - A negative result is registered before it is read, and the event of a message deletes it. So when a read that began before
 * a commit ends after the event, its result is registered nowhere.
 * - Everything is dropped when events may have been missed, and nothing is answered from memory while none arrive.
 */
export function rememberEmptyPolls(
  read: AnswerPolls,
  broadcast: Pick<Broadcast, 'listen' | 'onGap' | 'isConnected'>,
): AnswerPolls {
  const silences = new LRUCache<string, Silence>({ maxSize: maxSilences, sizeCalculation: () => 1 })
  onMessageSent(broadcast, (event) => silences.delete(keyOf(event)))
  broadcast.onGap(() => silences.clear())

  function isKnownToBeEmpty(poll: Poll): boolean {
    const silence = silences.get(keyOf(poll))
    if (!silence || !broadcast.isConnected) return false
    return silence.sinceMs <= poll.after.getTime() && performance.now() - silence.notedAtMs < longestBeliefMs
  }

  async function readAndRemember(polls: readonly Poll[]): Promise<readonly (readonly MessageRow[])[]> {
    const noted = polls.map((poll) => {
      const silence: Silence = { sinceMs: Infinity, notedAtMs: performance.now() }
      silences.set(keyOf(poll), silence)
      return silence
    })
    const answers = await read(polls)
    polls.forEach((poll, index) => {
      const [silence, answer] = [noted[index], answers[index]]
      if (!silence || !answer || answer.length >= longestAnswer) return
      silence.sinceMs = (answer.at(-1)?.createdAt ?? poll.after).getTime()
    })
    return answers
  }

  return async (polls) => {
    const open = polls.filter((poll) => !isKnownToBeEmpty(poll))
    if (open.length === 0) return polls.map(() => [])
    const answers = await readAndRemember(open)
    const answerOf = new Map(open.map((poll, index) => [poll, answers[index]]))
    return polls.map((poll) => answerOf.get(poll) ?? [])
  }
}

function keyOf({ senderId, recipientId }: MessageSent): string {
  return `${senderId}:${recipientId}`
}
