import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { openBroadcast } from '../../../platform/redis/broadcast.ts'
import { createLogger } from '../../../platform/runtime/logger.ts'
import type { Subgraph } from '../../../platform/graphql/subgraph.ts'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { poll, say, startTestChat, type Person, type TestChat } from '../../../testing/chat.ts'
import { releaseClock, stopClock } from '../../../testing/clock.ts'
import { openFaultyProxy } from '../../../testing/faulty-proxy.ts'

const everything = '1970-01-01T00:00:00.000Z'
const patience = { timeout: 60_000, interval: 5 }

let chat: TestChat
let alice: Person
let bob: Person

beforeAll(async () => {
  chat = await startTestChat()
})

beforeEach(async () => {
  alice = await chat.person()
  bob = await chat.person()
})

afterAll(() => chat[Symbol.asyncDispose]())

describe('what one hears of another', () => {
  it('is what the other said after a moment, in the order of saying, without what one said oneself', async () => {
    const first = await say(chat.subgraph, bob, alice, 'first')
    await say(chat.subgraph, alice, bob, 'of my own')
    const second = await say(chat.subgraph, bob, alice, 'second')
    await say(chat.subgraph, await chat.person(), alice, 'of somebody else')

    expect(await poll(chat.subgraph, alice, bob, everything)).toEqual([first, second])
    expect(await poll(chat.subgraph, alice, bob, first.createdAt)).toEqual([second])
    expect(await poll(chat.subgraph, alice, bob, second.createdAt)).toEqual([])
  })

  it('is nothing after a moment to come, and everything after one before all time', async () => {
    const message = await say(chat.subgraph, bob, alice, 'hello')
    expect(await poll(chat.subgraph, alice, bob, '9999-12-31T23:59:59.999Z')).toEqual([])
    expect(await poll(chat.subgraph, alice, bob, '0000-01-01T00:00:00.000Z')).toEqual([message])
  })

  it('holds both of two messages of one millisecond, also for who goes on from the first', async () => {
    await say(chat.subgraph, alice, bob, 'begin')
    // A conversation whose clock is ahead of real time gives consecutive messages times one millisecond apart.
    await chat.sql.query(`update chat.conversations set last_message_at = '2100-01-01Z' where low_user_id = $1`, [
      alice.id,
    ])
    await Promise.all([say(chat.subgraph, bob, alice, 'one'), say(chat.subgraph, bob, alice, 'two')])

    const [first, second, ...rest] = await poll(chat.subgraph, alice, bob, everything)
    expect([first?.content, second?.content, rest].flat().sort()).toEqual(['one', 'two'])
    expect(await poll(chat.subgraph, alice, bob, first?.createdAt ?? '')).toEqual([second])
  })

  it('is a thousand messages at most, the oldest, so that whoever goes on from the last misses none', async () => {
    await chat.sql.query(
      `insert into chat.messages (id, sender_id, recipient_id, content, created_at)
       select $1::bigint * 10000 + n, $1, $2, n, timestamptz '2026-01-01Z' + n * interval '1 ms'
       from generate_series(1, 1500) as n`,
      [bob.id, alice.id],
    )
    const first = await poll(chat.subgraph, alice, bob, everything)
    const second = await poll(chat.subgraph, alice, bob, first.at(-1)?.createdAt ?? '')

    const contents = Array.from({ length: 1_500 }, (_, index) => String(index + 1))
    expect(first).toHaveLength(1_000)
    expect([...first, ...second].map((message) => message.content)).toEqual(contents)
  })

  it('is nothing of oneself and of nobody', async () => {
    expect(await poll(chat.subgraph, alice, alice, everything)).toEqual([])
    expect(await poll(chat.subgraph, alice, { ...bob, id: '987654321' }, everything)).toEqual([])
  })

  it('is for those who are signed in, and asks for a moment and a person', async () => {
    const question = (userId: string, after: string): string =>
      `{ conversation(userId: "${userId}") { received(after: "${after}") { id } } }`
    const code = async (query: string, caller = alice.caller): Promise<unknown> =>
      (await refusal(chat.subgraph, caller, query)).code

    expect(await code(question(bob.id, everything), anonymous)).toBe('UNAUTHENTICATED')
    expect(await code(question('bob', everything))).toBe('BAD_USER_INPUT')
    expect(await code(question('0', everything))).toBe('BAD_USER_INPUT')
  })
})

describe('a poll', () => {
  it('that is empty costs a statement the first time and none afterwards', async () => {
    const { createdAt } = await say(chat.subgraph, bob, alice, 'hello')
    chat.takeQueries()

    await poll(chat.subgraph, alice, bob, createdAt)
    expect(chat.takeQueries()).toHaveLength(1)
    await poll(chat.subgraph, alice, bob, createdAt)
    await poll(chat.subgraph, alice, bob, '2100-01-01T00:00:00.000Z')
    expect(chat.takeQueries()).toEqual([])
  })

  it('that follows a message costs none either', async () => {
    await poll(chat.subgraph, alice, bob, everything)
    const { createdAt } = await say(chat.subgraph, bob, alice, 'hello')
    expect(await poll(chat.subgraph, alice, bob, everything)).toHaveLength(1)
    chat.takeQueries()

    expect(await poll(chat.subgraph, alice, bob, createdAt)).toEqual([])
    expect(chat.takeQueries()).toEqual([])
  })

  it('sees at once what was sent through the same process', async () => {
    for (let round = 0; round < 20; round++) {
      const now = (await say(chat.subgraph, alice, bob, 'ping')).createdAt
      expect(await poll(chat.subgraph, alice, bob, now)).toEqual([])
      const answer = await say(chat.subgraph, bob, alice, 'pong')
      expect(await poll(chat.subgraph, alice, bob, now)).toEqual([answer])
    }
  })

  it('sees what was sent through another process as soon as the news arrives', async () => {
    const other = await chat.startProcess()
    // With a stopped clock only events invalidate cached results.
    stopClock()
    try {
      expect(await poll(chat.subgraph, alice, bob, everything)).toEqual([])
      expect(await poll(chat.subgraph, alice, bob, everything)).toEqual([])
      const message = await say(other, bob, alice, 'from afar')
      await expect.poll(() => poll(chat.subgraph, alice, bob, everything)).toEqual([message])
    } finally {
      releaseClock()
    }
  })

  it('misses nothing and sees nothing twice while many are sent through several processes', async () => {
    const processes = [chat.subgraph, await chat.startProcess()] as [Subgraph, Subgraph]
    const contents = Array.from({ length: 200 }, (_, index) => `message ${index}`)
    const sending = Promise.all(
      processes.map(async (process, half) => {
        for (const content of contents.slice(half * 100, half * 100 + 100)) await say(process, bob, alice, content)
      }),
    )

    const heard: string[] = []
    let after = everything
    await vi.waitFor(async () => {
      for (const message of await poll(processes[(heard.length % 2) as 0 | 1], alice, bob, after)) {
        heard.push(message.content)
        after = message.createdAt
      }
      expect(heard).toHaveLength(200)
    }, patience)
    await sending

    expect(heard.toSorted()).toEqual(contents.toSorted())
  })

  it('always asks the database while the news of other processes cannot arrive', async () => {
    await using proxy = await openFaultyProxy(inject('services').redisUrl)
    const broadcast = openBroadcast(proxy.url, randomBytes(6).toString('hex'), createLogger('silent', 'test'))
    const cutOff = await chat.startProcess({ broadcast })
    await poll(cutOff, alice, bob, everything)
    await poll(cutOff, alice, bob, everything)
    await proxy.shut()
    await vi.waitUntil(() => !broadcast.isConnected, patience)

    chat.takeQueries()
    expect(await poll(cutOff, alice, bob, everything)).toEqual([])
    expect(await poll(cutOff, alice, bob, everything)).toEqual([])
    expect(chat.takeQueries()).toHaveLength(2)
    const message = await say(chat.subgraph, bob, alice, 'in spite of it')
    expect(await poll(cutOff, alice, bob, everything)).toEqual([message])
    const answer = await say(cutOff, alice, bob, 'I hear you')
    expect(await poll(chat.subgraph, bob, alice, everything)).toEqual([answer])
  })

  it('of all conversations at once costs one statement beside their list', async () => {
    const carol = await chat.person()
    await say(chat.subgraph, bob, alice, 'of bob')
    await say(chat.subgraph, carol, alice, 'of carol')
    chat.takeQueries()

    const { conversations } = await ask<{ conversations: { edges: { node: { received: { content: string }[] } }[] } }>(
      chat.subgraph,
      alice.caller,
      `{ conversations { edges { node { received(after: "${everything}") { content } } } } }`,
    )

    expect(conversations.edges.map((edge) => edge.node.received)).toEqual([
      [{ content: 'of carol' }],
      [{ content: 'of bob' }],
    ])
    expect(chat.takeQueries()).toHaveLength(2)
  })
})
