import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, refusal } from '../../../testing/callers.ts'
import { messageFields, say, startTestChat, type Message, type Person, type TestChat } from '../../../testing/chat.ts'

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Message }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

const query = `query ($userId: ID!, $last: Int!, $before: String) {
  conversation(userId: $userId) {
    messages(last: $last, before: $before) {
      edges { cursor node { ${messageFields} } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`

let chat: TestChat
let alice: Person
let bob: Person
const said: Message[] = []

beforeAll(async () => {
  chat = await startTestChat()
  alice = await chat.person()
  bob = await chat.person()
  for (const [from, to, content] of [
    [alice, bob, 'one'],
    [bob, alice, 'two'],
    [alice, bob, 'three'],
    [alice, bob, 'four'],
    [bob, alice, 'five'],
  ] as const) {
    said.push(await say(chat.subgraph, from, to, content))
  }
})

afterAll(() => chat[Symbol.asyncDispose]())

async function page(viewer: Person, other: string, last: number, before?: string | null): Promise<Page> {
  const data = await ask<{ conversation: { messages: Page } }>(chat.subgraph, viewer.caller, query, {
    userId: other,
    last,
    before,
  })
  return data.conversation.messages
}

function messagesOf({ edges }: Page): Message[] {
  return edges.map((edge) => edge.node)
}

describe('a conversation', () => {
  it('holds what both said, in the order of saying, and is the same to both', async () => {
    expect(messagesOf(await page(alice, bob.id, 50))).toEqual(said)
    expect(await page(bob, alice.id, 50)).toEqual(await page(alice, bob.id, 50))
  })

  it('shows the newest first page, and leads back to the beginning', async () => {
    const newest = await page(alice, bob.id, 2)
    expect(messagesOf(newest)).toEqual(said.slice(3))
    expect(newest.pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: newest.edges[0]?.cursor,
      endCursor: newest.edges[1]?.cursor,
    })

    const middle = await page(alice, bob.id, 2, newest.pageInfo.startCursor)
    expect(messagesOf(middle)).toEqual(said.slice(1, 3))
    expect(middle.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true })

    const oldest = await page(alice, bob.id, 2, middle.pageInfo.startCursor)
    expect(messagesOf(oldest)).toEqual(said.slice(0, 1))
    expect(oldest.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
  })

  it('is empty with oneself, with nobody and with whom nothing was said, also when a third wrote to both', async () => {
    const carol = await chat.person()
    await say(chat.subgraph, carol, alice, 'a secret')
    await say(chat.subgraph, carol, bob, 'another')
    const dan = await chat.person()

    const nothing = {
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    }
    expect(await page(alice, alice.id, 50)).toEqual(nothing)
    expect(await page(alice, '987654321', 50)).toEqual(nothing)
    expect(await page(alice, dan.id, 50)).toEqual(nothing)
    expect(await page(dan, bob.id, 50)).toEqual(nothing)
    expect(messagesOf(await page(alice, bob.id, 50))).toEqual(said)
  })

  it('shows a thousand messages at most, the newest, and none when none are wanted', async () => {
    const [erin, frank] = [await chat.person(), await chat.person()]
    await chat.sql.query(
      `insert into chat.messages (id, sender_id, recipient_id, content, created_at)
       select n, case when n % 2 = 0 then $1::bigint else $2 end, case when n % 2 = 0 then $2 else $1::bigint end, n,
         timestamptz '2026-01-01Z' + n * interval '1 ms'
       from generate_series(1, 1100) as n`,
      [erin.id, frank.id],
    )
    const newest = messagesOf(await page(erin, frank.id, 5_000))
    expect(newest.map((message) => message.content)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => String(index + 101)),
    )
    expect((await page(erin, frank.id, 0)).edges).toEqual([])
  })

  it('refuses a cursor that it never gave, and takes one from the end of time for none', async () => {
    const forged = async (cursor: string): Promise<unknown> => {
      return (await refusal(chat.subgraph, alice.caller, query, { userId: bob.id, last: 5, before: cursor })).code
    }
    expect(await forged('nonsense')).toBe('BAD_USER_INPUT')
    expect(await forged(Buffer.from('1:2').toString('base64url'))).toBe('BAD_USER_INPUT')
    const endOfTime = Buffer.from('9999999999999999').toString('base64url')
    expect(messagesOf(await page(alice, bob.id, 50, endOfTime))).toEqual(said)
  })
})

describe('a message by its id', () => {
  const entities = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Message { content } } }`

  async function find(viewer: Person): Promise<unknown> {
    const ids = said.slice(0, 2).map(({ id }) => ({ __typename: 'Message', id }))
    return (await ask<{ _entities: unknown }>(chat.subgraph, viewer.caller, entities, { ids }))._entities
  }

  it('is found by those who sent or got it, in one statement, and by nobody else', async () => {
    chat.takeQueries()
    expect(await find(alice)).toEqual([{ content: 'one' }, { content: 'two' }])
    expect(chat.takeQueries()).toHaveLength(1)
    expect(await find(bob)).toEqual([{ content: 'one' }, { content: 'two' }])
    expect(await find(await chat.person())).toEqual([null, null])
  })
})
