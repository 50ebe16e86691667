import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { poll, say, startTestChat, type Person, type TestChat } from '../../../testing/chat.ts'

const recalling = `mutation ($input: RecallMessageInput!) {
  recallMessage(input: $input) { messageId conversation { lastMessage { content } } }
}`
const everything = `query ($userId: ID!, $id: ID!) {
  message(id: $id) { content }
  conversations { edges { node { lastMessage { content } } } }
  conversation(userId: $userId) { unreadCount lastMessage { content } messages { edges { node { content } } } }
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

const recall = (viewer: Person, messageId: string) =>
  ask(chat.subgraph, viewer.caller, recalling, { input: { messageId } })
const refused = async (viewer: Person, messageId: string): Promise<unknown> =>
  (await refusal(chat.subgraph, viewer.caller, recalling, { input: { messageId } })).code

describe('a message that is recalled', () => {
  it('disappears for both, and the one before it is the newest again', async () => {
    await say(chat.subgraph, alice, bob, 'hello')
    const { id } = await say(chat.subgraph, alice, bob, 'too much')
    expect(await recall(alice, id)).toEqual({
      recallMessage: { messageId: id, conversation: { lastMessage: { content: 'hello' } } },
    })
    const left = { lastMessage: { content: 'hello' } }
    for (const [viewer, other, unreadCount] of [
      [alice, bob, 0],
      [bob, alice, 1],
    ] as const) {
      expect(await ask(chat.subgraph, viewer.caller, everything, { userId: other.id, id })).toEqual({
        message: null,
        conversations: { edges: [{ node: left }] },
        conversation: { unreadCount, ...left, messages: { edges: [{ node: { content: 'hello' } }] } },
      })
    }
    expect((await poll(chat.subgraph, bob, alice, new Date(0).toISOString())).map(({ content }) => content)).toEqual([
      'hello',
    ])
    const { rows } = await chat.sql.query('select content from chat.messages where id = $1', [id])
    expect(rows).toEqual([{ content: '' }])
  })

  it('leaves a conversation empty when it was the only one', async () => {
    const { id } = await say(chat.subgraph, alice, bob, 'hello')
    await recall(alice, id)
    expect(await ask(chat.subgraph, bob.caller, everything, { userId: alice.id, id })).toMatchObject({
      conversations: { edges: [{ node: { lastMessage: null } }] },
      conversation: { lastMessage: null, messages: { edges: [] } },
    })
  })

  it('leaves what was sent after it the newest', async () => {
    const { id } = await say(chat.subgraph, alice, bob, 'too much')
    await say(chat.subgraph, bob, alice, 'what?')
    await recall(alice, id)
    expect(await ask(chat.subgraph, alice.caller, everything, { userId: bob.id, id })).toMatchObject({
      conversation: { lastMessage: { content: 'what?' }, messages: { edges: [{ node: { content: 'what?' } }] } },
    })
  })

  it('is one’s own, of the last two minutes, and recalled once', async () => {
    const { id } = await say(chat.subgraph, alice, bob, 'hello')
    expect(await refused(bob, id)).toBe('FORBIDDEN')
    expect(await refused(await chat.person(), id)).toBe('NOT_FOUND')
    const { code } = await refusal(chat.subgraph, anonymous, recalling, { input: { messageId: id } })
    expect(code).toBe('UNAUTHENTICATED')
    const move = 'update chat.messages set created_at = created_at + $2::interval where id = $1'
    await chat.sql.query(move, [id, '-121 s'])
    expect(await refused(alice, id)).toBe('FORBIDDEN')
    await chat.sql.query(move, [id, '60 s'])
    await recall(alice, id)
    expect(await refused(alice, id)).toBe('NOT_FOUND')
  })
})

describe('history', () => {
  it('is read onward from a cursor, and from the beginning', async () => {
    for (let index = 0; index < 5; index++) {
      const [from, to] = index % 2 === 0 ? [alice, bob] : [bob, alice]
      await say(chat.subgraph, from, to, `${index}`)
    }
    interface Page {
      conversation: {
        messages: {
          edges: { cursor: string; node: { content: string } }[]
          pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null }
        }
      }
    }
    const onward = `query ($userId: ID!, $first: Int!, $after: String) {
      conversation(userId: $userId) { messages(first: $first, after: $after) {
        edges { cursor node { content } } pageInfo { hasNextPage hasPreviousPage endCursor }
      } }
    }`
    const page = async (after: string | null) =>
      (await ask<Page>(chat.subgraph, alice.caller, onward, { userId: bob.id, first: 2, after })).conversation.messages
    const contents = ({ edges }: Page['conversation']['messages']) => edges.map(({ node }) => node.content)

    const pages = [await page(null)]
    for (let last = pages[0]; last?.pageInfo.hasNextPage; last = pages.at(-1))
      pages.push(await page(last.pageInfo.endCursor))
    expect(pages.map(contents)).toEqual([['0', '1'], ['2', '3'], ['4']])
    expect(pages.map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual([false, true, true])
    expect(contents(await page(pages[2]?.pageInfo.endCursor ?? null))).toEqual([])
  })
})
