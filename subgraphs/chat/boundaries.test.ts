import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, refusal } from '../../testing/callers.ts'
import { messageFields, poll, say, sending, startTestChat, type Person, type TestChat } from '../../testing/chat.ts'

let chat: TestChat
beforeAll(async () => {
  chat = await startTestChat()
})
afterAll(() => chat[Symbol.asyncDispose]())

async function keepsAway(owner: Person, other: Person, kind: 'BLOCK' | 'MUTE'): Promise<void> {
  await chat.sql.query('insert into social.boundaries values ($1, $2, $3, 1)', [owner.id, other.id, kind])
}

const beginning = new Date(0).toISOString()

const everything = `query ($userId: ID!, $id: ID!) {
  conversations { edges { node { participant { id } } } }
  conversation(userId: $userId) {
    lastMessage { content } messages(last: 10) { edges { node { content } } pageInfo { hasPreviousPage } }
  }
  _entities(representations: [{ __typename: "Message", id: $id }]) { ... on Message { content } }
}`

it('lets nobody write across a block, whichever of the two made it', async () => {
  const [alice, bob] = [await chat.person(), await chat.person()]
  await keepsAway(alice, bob, 'BLOCK')
  for (const [from, to] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    const input = { toUserId: to.id, content: 'hello' }
    expect(await refusal(chat.subgraph, from.caller, sending, { input })).toEqual({
      code: 'FORBIDDEN',
      message: 'One of you has blocked the other.',
    })
  }
  const { rows } = await chat.sql.query('select from chat.messages where sender_id in ($1, $2)', [alice.id, bob.id])
  expect(rows).toEqual([])
})

it.each(['BLOCK', 'MUTE'] as const)('hides what somebody said from who has kept him away by a %s', async (kind) => {
  const [alice, bob] = [await chat.person(), await chat.person()]
  await say(chat.subgraph, alice, bob, 'hi bob')
  const { id } = await say(chat.subgraph, bob, alice, 'hi alice')
  await keepsAway(alice, bob, kind)
  expect(await ask(chat.subgraph, alice.caller, everything, { userId: bob.id, id })).toEqual({
    conversations: { edges: [] },
    conversation: {
      lastMessage: null,
      messages: { edges: [{ node: { content: 'hi bob' } }], pageInfo: { hasPreviousPage: false } },
    },
    _entities: [null],
  })
  expect(await poll(chat.subgraph, alice, bob, beginning)).toEqual([])
  expect(await ask(chat.subgraph, bob.caller, everything, { userId: alice.id, id })).toMatchObject({
    conversations: { edges: [{ node: { participant: { id: alice.id } } }] },
    conversation: { lastMessage: { content: 'hi alice' } },
    _entities: [{ content: 'hi alice' }],
  })
})

it('lets somebody who was muted write on without a word of it', async () => {
  const [alice, bob] = [await chat.person(), await chat.person()]
  await keepsAway(alice, bob, 'MUTE')
  const { id } = await say(chat.subgraph, bob, alice, 'are you there?')
  const sent = `query { _entities(representations: [{ __typename: "Message", id: "${id}" }]) { ... on Message { ${messageFields} } } }`
  expect(await ask(chat.subgraph, bob.caller, sent)).toMatchObject({ _entities: [{ content: 'are you there?' }] })
  expect(await poll(chat.subgraph, alice, bob, beginning)).toEqual([])
})
