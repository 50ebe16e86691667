import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { say, startTestChat, type Person, type TestChat } from '../../../testing/chat.ts'

interface Listed {
  readonly participant: { readonly id: string }
  readonly lastMessage: { readonly content: string } | null
}

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Listed }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string }
}

const query = `query ($first: Int!, $after: String) {
  conversations(first: $first, after: $after) {
    edges { cursor node { participant { id } lastMessage { content } } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`

let chat: TestChat

beforeAll(async () => {
  chat = await startTestChat()
})

afterAll(() => chat[Symbol.asyncDispose]())

async function page(viewer: Person, first = 30, after?: string): Promise<Page> {
  const data = await ask<{ conversations: Page }>(chat.subgraph, viewer.caller, query, { first, after })
  return data.conversations
}

function overview({ edges }: Page): [string, string | undefined][] {
  return edges.map(({ node }) => [node.participant.id, node.lastMessage?.content])
}

describe("a person's conversations", () => {
  it('come with the newest message first, whoever sent it and whoever of the two came first', async () => {
    const [early, viewer, late, later] = [
      await chat.person(),
      await chat.person(),
      await chat.person(),
      await chat.person(),
    ]
    await say(chat.subgraph, viewer, late, 'to late')
    await say(chat.subgraph, early, viewer, 'from early')
    await say(chat.subgraph, later, viewer, 'from later')
    await say(chat.subgraph, late, viewer, 'back from late')
    await say(chat.subgraph, early, late, 'behind the back')

    expect(overview(await page(viewer))).toEqual([
      [late.id, 'back from late'],
      [later.id, 'from later'],
      [early.id, 'from early'],
    ])
    expect(overview(await page(later))).toEqual([[viewer.id, 'from later']])
    expect(overview(await page(await chat.person()))).toEqual([])
  })

  it('are paged without skipping or repeating any, even those of one millisecond', async () => {
    const before = [await chat.person(), await chat.person(), await chat.person()]
    const viewer = await chat.person()
    const others = [...before, await chat.person(), await chat.person(), await chat.person(), await chat.person()]
    for (const other of others) await say(chat.subgraph, viewer, other, 'hello')
    await chat.sql.query(
      `update chat.conversations set last_message_at = '2026-01-01Z' where $1 in (low_user_id, high_user_id)`,
      [viewer.id],
    )
    await say(chat.subgraph, viewer, others[1] as Person, 'newest')

    const pages = [await page(viewer, 3)]
    for (let last = pages[0]; last?.pageInfo.hasNextPage; last = pages.at(-1)) {
      pages.push(await page(viewer, 3, last.pageInfo.endCursor))
    }

    expect(pages.map((part) => part.edges.length)).toEqual([3, 3, 1])
    expect(pages.map((part) => part.pageInfo.hasPreviousPage)).toEqual([false, true, true])
    const listed = pages.flatMap((part) => part.edges.map(({ node }) => node.participant.id))
    expect(listed[0]).toBe(others[1]?.id)
    expect(listed.toSorted()).toEqual(others.map(({ id }) => id).toSorted())
    expect((await page(viewer, 0)).edges).toEqual([])
  })

  it('cost one statement for the list and one for all newest messages', async () => {
    const viewer = await chat.person()
    for (let count = 0; count < 5; count++) await say(chat.subgraph, await chat.person(), viewer, `hello ${count}`)
    chat.takeQueries()

    expect((await page(viewer)).edges).toHaveLength(5)

    expect(chat.takeQueries()).toHaveLength(2)
  })

  it('are at most a hundred on a page', async () => {
    const viewer = await chat.person()
    await chat.sql.query(
      `insert into chat.conversations (low_user_id, high_user_id, last_message_id, last_message_at)
       select $1, 1000000 + n, n, timestamptz '2026-01-01Z' + n * interval '1 s' from generate_series(1, 120) as n`,
      [viewer.id],
    )
    expect((await page(viewer, 1_000)).edges).toHaveLength(100)
  })

  it('are for those who are signed in, and refuse a cursor that was never given', async () => {
    const viewer = await chat.person()
    expect((await refusal(chat.subgraph, anonymous, query, { first: 3 })).code).toBe('UNAUTHENTICATED')
    const { code } = await refusal(chat.subgraph, viewer.caller, query, { first: 3, after: 'nonsense' })
    expect(code).toBe('BAD_USER_INPUT')
  })
})

describe('the newest message with a person', () => {
  const entities = `query ($people: [_Any!]!) {
    _entities(representations: $people) { ... on User { lastMessage { content sender { id } } } }
  }`

  it('is found for many people by one statement, whichever way it went', async () => {
    const [alice, bob, carol, dan] = [
      await chat.person(),
      await chat.person(),
      await chat.person(),
      await chat.person(),
    ]
    await say(chat.subgraph, bob, alice, 'from bob')
    await say(chat.subgraph, alice, bob, 'to bob')
    await say(chat.subgraph, alice, carol, 'to carol')
    await say(chat.subgraph, carol, alice, 'from carol')
    await say(chat.subgraph, bob, carol, 'behind the back')
    await say(chat.subgraph, dan, bob, 'elsewhere')
    const people = [bob, carol, dan, alice, bob].map(({ id }) => ({ __typename: 'User', id }))
    chat.takeQueries()

    const data = await ask<{ _entities: unknown }>(chat.subgraph, alice.caller, entities, { people })

    expect(data._entities).toEqual([
      { lastMessage: { content: 'to bob', sender: { id: alice.id } } },
      { lastMessage: { content: 'from carol', sender: { id: carol.id } } },
      { lastMessage: null },
      { lastMessage: null },
      { lastMessage: { content: 'to bob', sender: { id: alice.id } } },
    ])
    expect(chat.takeQueries()).toHaveLength(1)
    expect(await ask(chat.subgraph, anonymous, entities, { people })).toEqual({
      _entities: people.map(() => ({ lastMessage: null })),
    })
    expect(chat.takeQueries()).toEqual([])
  })

  it('is that of the conversation', async () => {
    const [alice, bob] = [await chat.person(), await chat.person()]
    const newest = `query ($userId: ID!) { conversation(userId: $userId) { participant { id } lastMessage { content } } }`
    expect(await ask(chat.subgraph, alice.caller, newest, { userId: bob.id })).toEqual({
      conversation: { participant: { id: bob.id }, lastMessage: null },
    })
    await say(chat.subgraph, bob, alice, 'hello')
    expect(await ask(chat.subgraph, alice.caller, newest, { userId: bob.id })).toEqual({
      conversation: { participant: { id: bob.id }, lastMessage: { content: 'hello' } },
    })
  })
})
