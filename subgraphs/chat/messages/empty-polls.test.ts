import { beforeEach, describe, expect, it } from 'vitest'
import { rememberEmptyPolls, type AnswerPolls } from './empty-polls.ts'
import { announce } from './message-sent.ts'
import type { MessageRow, Poll } from './repository.ts'
import { advanceClock, releaseClock, stopClock } from '../../../testing/clock.ts'

/** Committed messages from bob to alice, and reads that complete when the test lets them. */
let committed: MessageRow[]
let reads: { polls: readonly Poll[]; finish: () => void }[]
let event: ReturnType<typeof createNews>
let answer: AnswerPolls

beforeEach(() => {
  committed = []
  reads = []
  event = createNews()
  answer = rememberEmptyPolls((polls) => {
    // A read sees the state at its beginning.
    const answers = polls.map((poll) => {
      const after = committed.filter((row) => row.senderId === poll.senderId && row.createdAt > poll.after)
      return after.slice(0, 1_000)
    })
    return new Promise((resolve) => reads.push({ polls, finish: () => resolve(answers) }))
  }, event)
})

describe('an empty poll', () => {
  it('is read once, then answered from memory', async () => {
    expect(await readOnce(10)).toEqual([])
    expect(await fromMemory(10)).toEqual([])
    expect(await fromMemory(11)).toEqual([])
  })

  it('is read when it asks for what was said earlier than what is known', async () => {
    say(8)
    expect(await readOnce(10)).toEqual([])
    expect(await readOnce(7)).toEqual([8])
    expect(await fromMemory(8)).toEqual([])
  })

  it('is known to be empty behind the last message of an answer', async () => {
    say(11, 12)
    expect(await readOnce(10)).toEqual([11, 12])
    expect(await fromMemory(12)).toEqual([])
    expect(await readOnce(11)).toEqual([12])
  })

  it('is not taken for granted behind an answer that was cut short', async () => {
    say(...Array.from({ length: 1_001 }, (_, index) => index + 1))
    expect(await readOnce(0)).toHaveLength(1_000)
    expect(await readOnce(1_000)).toEqual([1_001])
    expect(await fromMemory(1_001)).toEqual([])
  })

  it('says nothing about another direction or another pair', async () => {
    await readOnce(10)
    void answer([{ senderId: 'alice', recipientId: 'bob', after: new Date(10) }])
    void answer([{ senderId: 'carol', recipientId: 'alice', after: new Date(10) }])
    expect(reads).toHaveLength(3)
  })

  it('is left out when others of the same request are read', async () => {
    await readOnce(10)
    const carol: Poll = { senderId: 'carol', recipientId: 'alice', after: new Date(0) }
    committed.push({ id: '1', senderId: 'carol', recipientId: 'alice', content: '', createdAt: new Date(5) })

    const answers = answer([pollOf(10), carol, pollOf(10)])
    expect(reads.at(-1)?.polls).toEqual([carol])
    reads.at(-1)?.finish()

    expect((await answers).map((rows) => rows.length)).toEqual([0, 1, 0])
  })
})

describe('a message', () => {
  it('is read once its news came', async () => {
    await readOnce(10)
    say(11)
    announceLast()
    expect(await readOnce(10)).toEqual([11])
  })

  it('is not hidden by a read that began before its commit and ended after its news', async () => {
    const early = begin(10)
    say(11)
    announceLast()
    early.finish()
    expect(await early.answer).toEqual([])

    expect(await readOnce(10)).toEqual([11])
  })

  it('is not hidden by an early read that ends after a later one', async () => {
    const early = begin(10)
    say(11)
    announceLast()
    expect(await readOnce(10)).toEqual([11])
    early.finish()
    await early.answer

    expect(await readOnce(10)).toEqual([11])
    expect(await fromMemory(11)).toEqual([])
  })

  it('is not hidden by two reads under way at once, of which one saw it', async () => {
    const early = begin(10)
    say(11)
    const late = begin(10)
    announceLast()
    late.finish()
    early.finish()
    expect([await early.answer, await late.answer]).toEqual([[], [11]])

    expect(await readOnce(10)).toEqual([11])
  })

  it('is hidden for five seconds at most when its news is lost, counted from the beginning of the read', async () => {
    stopClock()
    try {
      const slow = begin(10)
      say(11)
      advanceClock(4_000)
      slow.finish()
      await slow.answer
      expect(await fromMemory(10)).toEqual([])

      advanceClock(1_000)
      expect(await readOnce(10)).toEqual([11])
    } finally {
      releaseClock()
    }
  })

  it('is not hidden when its news may have been missed', async () => {
    await readOnce(10)
    say(11)
    event.gap()
    expect(await readOnce(10)).toEqual([11])
  })

  it('is not hidden by a read that a gap fell into', async () => {
    const early = begin(10)
    say(11)
    event.gap()
    early.finish()
    await early.answer

    expect(await readOnce(10)).toEqual([11])
  })

  it('is not hidden while no news arrives', async () => {
    await readOnce(10)
    event.isConnected = false
    say(11)
    expect(await readOnce(10)).toEqual([11])
    expect(await readOnce(11)).toEqual([])
    expect(await readOnce(11)).toEqual([])
  })
})

it('reads again after a read that failed', async () => {
  const failing = rememberEmptyPolls(() => Promise.reject(new Error('the database is away')), event)
  await expect(failing([pollOf(10)])).rejects.toThrow('away')
  await expect(failing([pollOf(10)])).rejects.toThrow('away')
})

function pollOf(afterMs: number): Poll {
  return { senderId: 'bob', recipientId: 'alice', after: new Date(afterMs) }
}

async function ask(afterMs: number): Promise<number[]> {
  const [rows = []] = await answer([pollOf(afterMs)])
  return rows.map((row) => row.createdAt.getTime())
}

/** A poll that needs a read, which stays in progress until it is finished. */
function begin(afterMs: number): { answer: Promise<number[]>; finish: () => void } {
  const before = reads.length
  const answered = ask(afterMs)
  expect(reads).toHaveLength(before + 1)
  return { answer: answered, finish: () => reads[before]?.finish() }
}

async function readOnce(afterMs: number): Promise<number[]> {
  const read = begin(afterMs)
  read.finish()
  return read.answer
}

async function fromMemory(afterMs: number): Promise<number[]> {
  const before = reads.length
  const answered = ask(afterMs)
  expect(reads).toHaveLength(before)
  return answered
}

/** Commits messages from bob to alice. */
function say(...moments: number[]): void {
  for (const moment of moments) {
    committed.push({ id: '1', senderId: 'bob', recipientId: 'alice', content: '', createdAt: new Date(moment) })
  }
}

function announceLast(): void {
  const message = committed.at(-1)
  if (message) announce(message, event)
}

/** A broadcast within this test. */
function createNews() {
  const listeners: ((value: unknown) => void)[] = []
  const gapListeners: (() => void)[] = []
  return {
    isConnected: true,
    publish: (_topic: string, value: unknown) => listeners.forEach((listener) => listener(value)),
    listen: (_topic: string, listener: (value: unknown) => void) => void listeners.push(listener),
    onGap: (listener: () => void) => void gapListeners.push(listener),
    gap: () => gapListeners.forEach((listener) => listener()),
  }
}
