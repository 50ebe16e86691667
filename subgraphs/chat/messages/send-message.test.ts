import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymous, refusal } from '../../../testing/callers.ts'
import { say, sending, startTestChat, type Person, type TestChat } from '../../../testing/chat.ts'

let chat: TestChat
let alice: Person
let bob: Person

beforeAll(async () => {
  chat = await startTestChat()
  alice = await chat.person()
  bob = await chat.person()
})

afterAll(() => chat[Symbol.asyncDispose]())

async function refused(content: string, toUserId = bob.id, caller = alice.caller): Promise<unknown> {
  return (await refusal(chat.subgraph, caller, sending, { input: { toUserId, content } })).code
}

async function count(table: 'messages' | 'conversations'): Promise<number> {
  const { rows } = await chat.sql.query<{ count: number }>(`select count(*)::integer as count from chat.${table}`)
  return rows[0]?.count ?? NaN
}

describe('sending a message', () => {
  it('answers the message as it was kept', async () => {
    const before = Date.now()
    const message = await say(chat.subgraph, alice, bob, '  你好 👋\n')

    expect(message).toMatchObject({ content: '  你好 👋\n', sender: { id: alice.id }, recipient: { id: bob.id } })
    expect(message.createdAt).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
    expect(Math.abs(Date.parse(message.createdAt) - before)).toBeLessThan(5_000)
    const { rows } = await chat.sql.query('select id, sender_id, recipient_id, content, created_at from chat.messages')
    expect(rows).toEqual([
      {
        id: message.id,
        sender_id: alice.id,
        recipient_id: bob.id,
        content: message.content,
        created_at: new Date(message.createdAt),
      },
    ])
  })

  it('takes one to a thousand characters, however many bytes they have', async () => {
    expect((await say(chat.subgraph, alice, bob, '嗨')).content).toBe('嗨')
    expect((await say(chat.subgraph, alice, bob, '👋'.repeat(1_000))).content).toBe('👋'.repeat(1_000))
  })

  it('refuses what cannot be sent, and keeps nothing of it', async () => {
    const kept = await count('messages')
    expect(await refused('')).toBe('BAD_USER_INPUT')
    expect(await refused(' \t\n\u3000')).toBe('BAD_USER_INPUT')
    expect(await refused('x'.repeat(1_001))).toBe('BAD_USER_INPUT')
    expect(await refused('a\0b')).toBe('BAD_USER_INPUT')
    expect(await refused('hi', alice.id)).toBe('BAD_USER_INPUT')
    expect(await refused('hi', 'bob')).toBe('BAD_USER_INPUT')
    expect(await refused('hi', '987654321')).toBe('NOT_FOUND')
    expect(await refused('hi', bob.id, anonymous)).toBe('UNAUTHENTICATED')
    expect(await count('messages')).toBe(kept)
    expect(await count('conversations')).toBe(1)
  })

  it('costs one statement', async () => {
    chat.takeQueries()
    await say(chat.subgraph, alice, bob, 'quick')
    expect(chat.takeQueries()).toHaveLength(1)
  })
})

describe('messages that are sent at the same time', () => {
  it('are kept together, each in its place, and one that is refused harms no other', async () => {
    const [ivan, judy, mallory] = [await chat.person(), await chat.person(), await chat.person()]
    await chat.sql.query("insert into social.boundaries values ($1, $2, 'BLOCK', $1)", [judy.id, mallory.id])
    chat.takeQueries()
    const [first, stranger, second, blocked, answer, other] = await Promise.all([
      say(chat.subgraph, ivan, judy, 'first'),
      refusal(chat.subgraph, ivan.caller, sending, { input: { toUserId: '987654321', content: 'anybody?' } }),
      say(chat.subgraph, ivan, judy, 'second'),
      refusal(chat.subgraph, mallory.caller, sending, { input: { toUserId: judy.id, content: 'hey' } }),
      say(chat.subgraph, judy, ivan, 'answer'),
      say(chat.subgraph, ivan, mallory, 'other'),
    ])
    expect(chat.takeQueries().filter((sql) => sql.includes('insert into messages'))).toHaveLength(1)
    expect([stranger, blocked]).toMatchObject([{ code: 'NOT_FOUND' }, { code: 'FORBIDDEN' }])
    const moments = [first, second, answer].map(({ createdAt }) => Date.parse(createdAt))
    expect(moments).toEqual([0, 1, 2].map((after) => (moments[0] ?? NaN) + after))
    const { rows } = await chat.sql.query(
      'select last_message_id as id, last_message_at as at from chat.conversations where $1 in (low_user_id, high_user_id) order by 1',
      [ivan.id],
    )
    expect(rows).toEqual([
      { id: answer.id, at: new Date(answer.createdAt) },
      { id: other.id, at: new Date(other.createdAt) },
    ])
  })
})

describe('the moments of messages', () => {
  it('strictly increase and lose nothing when both people write at once through several processes', async () => {
    const [carol, dan] = [await chat.person(), await chat.person()]
    const processes = [chat.subgraph, await chat.startProcess()]

    const sent = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const [from, to] = index % 3 === 0 ? [carol, dan] : [dan, carol]
        return say(processes[index % 2] ?? chat.subgraph, from, to, `message ${index}`)
      }),
    )

    expect(new Set(sent.map((message) => message.createdAt)).size).toBe(100)
    const { rows } = await chat.sql.query<{ id: string }>(
      'select id from chat.messages where sender_id in ($1, $2) order by created_at',
      [carol.id, dan.id],
    )
    const byMoment = sent.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))
    expect(rows.map((row) => row.id)).toEqual(byMoment.map((message) => message.id))
    const { rows: conversations } = await chat.sql.query('select * from chat.conversations where low_user_id = $1', [
      carol.id,
    ])
    expect(conversations).toEqual([
      {
        low_user_id: carol.id,
        high_user_id: dan.id,
        last_message_id: byMoment.at(-1)?.id,
        last_message_at: new Date(byMoment.at(-1)?.createdAt ?? NaN),
      },
    ])
  })

  it('go on a millisecond later when the clock stepped back', async () => {
    const [erin, frank] = [await chat.person(), await chat.person()]
    await say(chat.subgraph, erin, frank, 'first')
    const ahead = '2100-01-01T00:00:00.000Z'
    await chat.sql.query('update chat.conversations set last_message_at = $1 where low_user_id = $2', [ahead, erin.id])

    expect((await say(chat.subgraph, erin, frank, 'second')).createdAt).toBe('2100-01-01T00:00:00.001Z')
    expect((await say(chat.subgraph, frank, erin, 'third')).createdAt).toBe('2100-01-01T00:00:00.002Z')
  })
})

describe('where only friends may write', () => {
  it('refuses a message until both follow each other', async () => {
    const friendsOnly = await chat.startProcess({ friendsOnly: true })
    const [grace, heidi] = [await chat.person(), await chat.person()]
    const follow = 'insert into social.follows (follower_id, followee_id, id) values ($1, $2, $1)'
    const attempt = { input: { toUserId: heidi.id, content: 'hi' } }

    expect((await refusal(friendsOnly, grace.caller, sending, attempt)).code).toBe('FORBIDDEN')
    await chat.sql.query(follow, [grace.id, heidi.id])
    expect((await refusal(friendsOnly, grace.caller, sending, attempt)).code).toBe('FORBIDDEN')
    expect(await say(chat.subgraph, grace, heidi, 'elsewhere one may')).toMatchObject({ sender: { id: grace.id } })
    await chat.sql.query(follow, [heidi.id, grace.id])
    expect((await say(friendsOnly, grace, heidi, 'hi')).content).toBe('hi')
    expect((await say(friendsOnly, heidi, grace, 'hello')).content).toBe('hello')
  })

  it('still says of nobody that there is no such person', async () => {
    const friendsOnly = await chat.startProcess({ friendsOnly: true })
    const { code } = await refusal(friendsOnly, alice.caller, sending, { input: { toUserId: '987', content: 'hi' } })
    expect(code).toBe('NOT_FOUND')
  })
})
