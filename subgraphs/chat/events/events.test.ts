import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { say, startTestChat, type Person, type TestChat } from '../../../testing/chat.ts'

interface Page {
  readonly upTo: string
  readonly isCut: boolean
  readonly events: readonly { readonly type: string; readonly userId: string; readonly subjectId: string }[]
}

const query = `query ($since: String, $userId: ID) {
  chatEvents(since: $since, userId: $userId) { upTo isCut events { id type userId subjectId otherId } }
}`

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

async function events(since: string | null, userId: string | null = null): Promise<Page> {
  return (await ask<{ chatEvents: Page }>(chat.subgraph, anonymous, query, { since, userId })).chatEvents
}

const told = ({ events: all }: Page) => all.map(({ type, userId, subjectId }) => [type, userId, subjectId])

describe('what happened since an earlier answer', () => {
  it('is each message for both users, once, and nothing when nothing did', async () => {
    const begin = await events(null)
    expect(begin.events).toEqual([])
    const { id } = await say(chat.subgraph, alice, bob, 'hello')
    const page = await events(begin.upTo)
    expect(told(page).sort()).toEqual([
      ['MessageReceived', bob.id, id],
      ['MessageSent', alice.id, id],
    ])
    expect(told(await events(page.upTo))).toEqual([])
    expect(told(await events(begin.upTo, bob.id))).toEqual([['MessageReceived', bob.id, id]])
  })

  it('is what was recalled and read, in the place of what it was before', async () => {
    const { upTo } = await events(null)
    const [first, second] = [await say(chat.subgraph, alice, bob, 'one'), await say(chat.subgraph, alice, bob, 'two')]
    await ask(
      chat.subgraph,
      alice.caller,
      `mutation { recallMessage(input: { messageId: ${first.id} }) { messageId } }`,
    )
    await ask(
      chat.subgraph,
      bob.caller,
      `mutation { markConversationRead(input: { userId: ${alice.id}, upTo: ${second.id} }) { __typename } }`,
    )
    expect(told(await events(upTo, alice.id))).toEqual([
      ['MessageSent', alice.id, second.id],
      ['MessageRecalled', alice.id, first.id],
      ['ConversationSeen', alice.id, second.id],
    ])
    expect(told(await events(upTo, bob.id))).toEqual([
      ['MessageReceived', bob.id, second.id],
      ['MessageRecalled', bob.id, first.id],
      ['ConversationRead', bob.id, second.id],
    ])
  })

  it('holds a message that is committed after one with a higher id was told', async () => {
    const insert = `insert into chat.messages (id, sender_id, recipient_id, content, created_at)
      values ($1, $2, $3, 'late', clock_timestamp())`
    const other = new pg.Client({ connectionString: chat.databaseUrl })
    await other.connect()
    try {
      const { upTo } = await events(null)
      await other.query('begin')
      await other.query(insert, ['8001', alice.id, bob.id])
      const { id } = await say(chat.subgraph, alice, bob, 'in between')
      const page = await events(upTo, bob.id)
      expect(told(page)).toEqual([['MessageReceived', bob.id, id]])
      await other.query('commit')
      expect(told(await events(page.upTo, bob.id))).toEqual([['MessageReceived', bob.id, '8001']])
      expect(told(await events(page.upTo)).length).toBe(2)
    } finally {
      await other.end()
    }
  })

  it('says when it is not all', async () => {
    const { upTo } = await events(null)
    await chat.sql.query(
      `insert into chat.messages (id, sender_id, recipient_id, content, created_at)
        select 9000 + n, $1, $2, 'hello', timestamptz '2026-01-01Z' + n * interval '1 s' from generate_series(1, 1001) as n`,
      [alice.id, bob.id],
    )
    expect(await events(upTo, bob.id)).toMatchObject({ isCut: true })
    expect((await events(upTo, bob.id)).events).toHaveLength(1_000)
  })

  it.each(['', '5', '5:4:', '1:9:9', '1:9:3,2', '0:1:', 'x'.repeat(9), `1:2:${'1,'.repeat(2_000)}1`])(
    'refuses %j, which no answer was',
    async (since) => {
      expect((await refusal(chat.subgraph, anonymous, query, { since })).code).toBe('BAD_USER_INPUT')
    },
  )
})
