import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { say, startTestChat, type Message, type Person, type TestChat } from '../../../testing/chat.ts'

const marking = `mutation ($input: MarkConversationReadInput!) {
  markConversationRead(input: $input) { conversation { unreadCount readUpTo } }
}`
const reading = `query ($userId: ID!, $id: ID!) {
  conversation(userId: $userId) { unreadCount readUpTo participantReadUpTo }
  _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { unreadMessageCount } }
}`

interface Reading {
  readonly conversation: {
    readonly unreadCount: number
    readonly readUpTo: string | null
    readonly participantReadUpTo: string | null
  }
  readonly _entities: readonly [{ readonly unreadMessageCount: number | null }]
}

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

async function marks(viewer: Person, other: Person, message: Message): Promise<Reading['conversation']> {
  const input = { userId: other.id, upTo: message.id }
  const data = await ask<{ markConversationRead: { conversation: Reading['conversation'] } }>(
    chat.subgraph,
    viewer.caller,
    marking,
    { input },
  )
  return data.markConversationRead.conversation
}

async function reads(viewer: Person, other: Person) {
  const { conversation, _entities } = await ask<Reading>(chat.subgraph, viewer.caller, reading, {
    userId: other.id,
    id: viewer.id,
  })
  return { ...conversation, inAll: _entities[0].unreadMessageCount }
}

describe('what somebody has not read', () => {
  it('is counted in each conversation and in all, without what they wrote themselves', async () => {
    const carol = await chat.person()
    await say(chat.subgraph, alice, bob, 'hello')
    await say(chat.subgraph, bob, alice, 'one')
    const second = await say(chat.subgraph, bob, alice, 'two')
    await say(chat.subgraph, carol, alice, 'three')
    expect(await reads(alice, bob)).toMatchObject({ unreadCount: 2, readUpTo: null, inAll: 3 })
    expect(await marks(alice, bob, second)).toEqual({ unreadCount: 0, readUpTo: second.id })
    expect(await reads(alice, bob)).toMatchObject({ unreadCount: 0, readUpTo: second.id, inAll: 1 })
    expect(await reads(bob, alice)).toMatchObject({ unreadCount: 1, inAll: 1 })
  })

  it('ends at a mark, which the other one sees and which never moves back', async () => {
    const first = await say(chat.subgraph, bob, alice, 'one')
    const second = await say(chat.subgraph, bob, alice, 'two')
    await say(chat.subgraph, bob, alice, 'three')
    expect((await reads(bob, alice)).participantReadUpTo).toBeNull()
    expect(await marks(alice, bob, second)).toEqual({ unreadCount: 1, readUpTo: second.id })
    expect(await marks(alice, bob, first)).toEqual({ unreadCount: 1, readUpTo: second.id })
    expect((await reads(bob, alice)).participantReadUpTo).toBe(second.id)
  })

  it('is counted up to a hundred', async () => {
    await chat.sql.query(
      `insert into chat.messages (id, sender_id, recipient_id, content, created_at)
        select 7000 + n, $1, $2, 'hello', timestamptz '2026-01-01Z' + n * interval '1 s' from generate_series(1, 150) as n`,
      [bob.id, alice.id],
    )
    await say(chat.subgraph, bob, alice, 'and again')
    expect(await reads(alice, bob)).toMatchObject({ unreadCount: 100, inAll: 100 })
  })

  it('counts nothing of whom the viewer keeps away, nor shows a mark across a block', async () => {
    await marks(bob, alice, await say(chat.subgraph, alice, bob, 'hello'))
    await say(chat.subgraph, bob, alice, 'in return')
    expect(await reads(alice, bob)).toMatchObject({ unreadCount: 1, inAll: 1 })
    expect((await reads(alice, bob)).participantReadUpTo).not.toBeNull()
    await chat.sql.query(`insert into social.boundaries values ($1, $2, 'BLOCK', 1)`, [alice.id, bob.id])
    expect(await reads(alice, bob)).toMatchObject({ unreadCount: 0, inAll: 0, participantReadUpTo: null })
  })

  it('is nobody else’s business, and cannot be marked with what somebody else wrote', async () => {
    const message = await say(chat.subgraph, bob, alice, 'hello')
    const carol = await chat.person()
    const others = `query ($id: ID!) {
      _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { unreadMessageCount } }
    }`
    for (const caller of [carol.caller, anonymous]) {
      expect(await ask(chat.subgraph, caller, others, { id: alice.id })).toEqual({
        _entities: [{ unreadMessageCount: null }],
      })
    }
    const own = await say(chat.subgraph, alice, bob, 'in return')
    const refused = async (viewer: Person, other: Person, upTo: string): Promise<unknown> =>
      (await refusal(chat.subgraph, viewer.caller, marking, { input: { userId: other.id, upTo } })).code
    expect(await refused(carol, bob, message.id)).toBe('NOT_FOUND')
    expect(await refused(alice, bob, own.id)).toBe('NOT_FOUND')
    expect(await refused(alice, carol, message.id)).toBe('NOT_FOUND')
    const { code } = await refusal(chat.subgraph, anonymous, marking, { input: { userId: bob.id, upTo: message.id } })
    expect(code).toBe('UNAUTHENTICATED')
  })
})
