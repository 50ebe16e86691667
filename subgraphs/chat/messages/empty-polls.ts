import { LRUCache } from 'lru-cache'
import type { Broadcast } from '../../../platform/redis/broadcast.ts'
import { onMessageSent, type MessageSent } from './message-sent.ts'
import { longestAnswer, type MessageRow, type Poll } from './repository.ts'

/** Answers polls in their order. */
export type AnswerPolls = (polls: readonly Poll[]) => Promise<readonly (readonly MessageRow[])[]>

/** That one person said nothing more to another after a moment, as far as was read. */
interface Silence {
  /** Epoch milliseconds; infinity until it was read. */
  sinceMs: number
  /** On the monotonic clock, before the read. */
  readonly notedAtMs: number
}

/** How long a silence is believed, should the news of its end be lost. */
const longestBeliefMs = 5_000
const mostSilences = 50_000

/**
 * Answers a poll from memory when it is known to be empty, which it is for every open chat every second; reads the rest.
 *
 * No message is hidden for longer than its news is under way, or five seconds when the news is lost:
 * - A silence is noted before it is read, and the news of a message deletes it. So when a read that began before a
 *   commit ends after the news of it, what it found out concerns a silence that nobody knows any more.
 * - Where news may have been missed everything is forgotten, and while none arrives nothing is believed.
 */
export function rememberEmptyPolls(
  read: AnswerPolls,
  broadcast: Pick<Broadcast, 'listen' | 'onGap' | 'isConnected'>,
): AnswerPolls {
  const silences = new LRUCache<string, Silence>({ maxSize: mostSilences, sizeCalculation: () => 1 })
  onMessageSent(broadcast, (news) => silences.delete(keyOf(news)))
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
