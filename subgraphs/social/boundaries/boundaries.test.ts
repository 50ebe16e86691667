import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { addComment, comment } from '../../../testing/comments.ts'
import { findMiscounts } from '../../../testing/miscounts.ts'
import { entities, startTestSocial, type TestSocial } from '../../../testing/social.ts'
import { patience } from '../../../testing/waiting.ts'
import { randomOfRun } from '../../../testing/random.ts'

let social: TestSocial
let alice: string
let bob: string
let carol: string

beforeAll(async () => {
  social = await startTestSocial()
})
afterAll(() => social[Symbol.asyncDispose]())

const random = randomOfRun()

async function newcomers(): Promise<void> {
  ;[alice, bob, carol] = (await social.register(3)) as [string, string, string]
}

type Verb = 'follow' | 'unfollow' | 'block' | 'unblock' | 'mute' | 'unmute'

function toUser(verb: Verb): string {
  return `mutation ($userId: ID!) { ${verb}User(input: { userId: $userId }) { user { id } } }`
}

async function does(verb: Verb, userId: string, otherId: string): Promise<void> {
  await ask(social.subgraph, signedIn(userId), toUser(verb), { userId: otherId })
}

const like = 'mutation ($videoId: ID!) { favoriteVideo(input: { videoId: $videoId }) { video { favoriteCount } } }'
const blockedError = { code: 'FORBIDDEN', message: 'One of you has blocked the other.' }

function oneOf<Value>(values: readonly Value[]): Value {
  return values[random.below(values.length)] as Value
}

interface List {
  readonly edges: readonly { readonly node: { readonly id: string } | null }[]
}

/** The ids in one list of a user, as a viewer sees it. */
async function listed(viewerId: string | null, userId: string, list: string): Promise<(string | undefined)[]> {
  const caller = viewerId === null ? anonymous : signedIn(viewerId)
  const fields = `list: ${list}(first: 10) { edges { node { id } } }`
  const [person] = await entities<{ list: List }>(social.subgraph, caller, 'User', [userId], fields)
  return person?.list.edges.map(({ node }) => node?.id) ?? []
}

describe('a block', () => {
  it('ends follows both ways, with counts exact, and once however often it is sent', async () => {
    await newcomers()
    await does('follow', alice, bob)
    await does('follow', bob, alice)
    await does('follow', carol, alice)
    await Promise.all(Array.from({ length: 10 }, () => does('block', alice, bob)))
    const counts = 'followingCount followerCount isBlocked isFollow'
    expect(await entities(social.subgraph, signedIn(alice), 'User', [alice, bob], counts)).toEqual([
      { followingCount: 0, followerCount: 1, isBlocked: false, isFollow: false },
      { followingCount: 0, followerCount: 0, isBlocked: true, isFollow: false },
    ])
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('lets neither follow, like or comment, but take back what was', async () => {
    await newcomers()
    const [byAlice, byBob] = [await social.publish(alice), await social.publish(bob)]
    await ask(social.subgraph, signedIn(bob), like, { videoId: byAlice })
    await does('block', alice, bob)
    for (const [who, other, videoId] of [
      [bob, alice, byAlice],
      [alice, bob, byBob],
    ] as const) {
      const caller = signedIn(who)
      expect(await refusal(social.subgraph, caller, toUser('follow'), { userId: other })).toEqual(blockedError)
      expect(await refusal(social.subgraph, caller, like, { videoId })).toEqual(blockedError)
      expect(await refusal(social.subgraph, caller, addComment, { videoId, content: 'hm' })).toEqual(blockedError)
      await does('unfollow', who, other)
      await ask(social.subgraph, caller, like.replace('favoriteVideo', 'unfavoriteVideo'), { videoId })
    }
    await does('unblock', alice, bob)
    await does('follow', bob, alice)
    await comment(social.subgraph, bob, byAlice, 'sorry')
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('shows nothing of a person to who blocked him, and everything to others', async () => {
    await newcomers()
    const [byBob, byCarol] = [await social.publish(bob), await social.publish(carol)]
    const { id: fromBob } = await comment(social.subgraph, bob, byCarol, 'from bob')
    const { id: fromAlice } = await comment(social.subgraph, alice, byCarol, 'from alice')
    for (const videoId of [byBob, byCarol]) await ask(social.subgraph, signedIn(carol), like, { videoId })
    await does('follow', bob, carol)
    await does('follow', alice, carol)
    await does('follow', carol, bob)
    await does('block', alice, bob)
    const under = (caller: Parameters<typeof entities>[1]) =>
      entities(
        social.subgraph,
        caller,
        'Video',
        [byCarol],
        'comments(first: 1) { edges { node { content } } pageInfo { hasNextPage } }',
      )
    const page = (content: string, hasNextPage: boolean) => [
      { comments: { edges: [{ node: { content } }], pageInfo: { hasNextPage } } },
    ]
    expect(await under(signedIn(alice))).toEqual(page('from alice', true))
    expect(await under(anonymous)).toEqual(page('from alice', true))
    const idsUnder = (caller: Parameters<typeof entities>[1]) =>
      entities(social.subgraph, caller, 'Video', [byCarol], 'comments { edges { node { id } } }')
    expect(await idsUnder(signedIn(alice))).toEqual([{ comments: { edges: [{ node: { id: fromAlice } }] } }])
    expect(await idsUnder(signedIn(bob))).toEqual([
      { comments: { edges: [{ node: { id: fromAlice } }, { node: { id: fromBob } }] } },
    ])

    expect(await listed(alice, carol, 'followers')).toEqual([alice])
    expect(await listed(bob, carol, 'followers')).toEqual([alice, bob])
    expect(await listed(alice, carol, 'following')).toEqual([])
    expect(await listed(alice, carol, 'friends')).toEqual([])
    expect(await listed(null, carol, 'friends')).toEqual([bob])
    expect(await listed(alice, carol, 'favoriteVideos')).toEqual([byCarol])
    expect(await listed(null, carol, 'favoriteVideos')).toEqual([byCarol, byBob])
  })

  it('and a follow never both stand, whatever ten people do at the same time through two processes', async () => {
    const people = await social.register(10)
    const processes = [social.subgraph, await social.startProcess()]
    await Promise.all(
      people.flatMap((person) =>
        processes.map(async (process) => {
          for (let time = 0; time < 40; time++) {
            const other = oneOf(people.filter((id) => id !== person))
            const query = toUser(oneOf(['follow', 'follow', 'follow', 'unfollow', 'block', 'unblock']))
            const { errors = [] } = await process.execute({ query, variables: { userId: other } }, signedIn(person))
            for (const error of errors) expect(error.message).toBe(blockedError.message)
          }
        }),
      ),
    )
    const { rows } = await social.sql.query(
      'select from social.follows join social.blocked_pairs on (user_id, other_id) = (follower_id, followee_id)',
    )
    expect(rows).toEqual([])
    expect(await findMiscounts(social.sql)).toEqual([])
  })
})

it('a follow that was under way when the block came is refused like any other', async () => {
  await newcomers()
  // The first step of a block: it locks the counts of both users, for which the follow waits after inserting its row.
  await social.sql.query('insert into social.user_counts (user_id) values ($1), ($2)', [alice, bob])
  await social.sql.query('begin')
  await social.sql.query('select from social.user_counts where user_id in ($1, $2) for update', [alice, bob])
  const followed = refusal(social.subgraph, signedIn(bob), toUser('follow'), { userId: alice })
  await vi.waitFor(async () => {
    const { rows } = await social.sql.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    expect(rows).toHaveLength(1)
  }, patience)
  await social.sql.query(`insert into social.boundaries values ($1, $2, 'BLOCK', 1)`, [alice, bob])
  await social.sql.query('commit')
  expect(await followed).toEqual(blockedError)
  expect(await listed(null, alice, 'followers')).toEqual([])
  expect(await findMiscounts(social.sql)).toEqual([])
})

describe('a mute', () => {
  it('hides what a person says, and forbids him nothing', async () => {
    await newcomers()
    const [byAlice, byCarol] = [await social.publish(alice), await social.publish(carol)]
    await does('follow', alice, bob)
    await does('mute', alice, bob)
    await does('follow', bob, alice)
    await ask(social.subgraph, signedIn(bob), like, { videoId: byAlice })
    for (const videoId of [byAlice, byCarol]) await comment(social.subgraph, bob, videoId, 'from bob')
    const contents = 'comments { edges { node { content } } }'
    expect(await entities(social.subgraph, signedIn(alice), 'Video', [byAlice, byCarol], contents)).toEqual(
      Array(2).fill({ comments: { edges: [] } }),
    )
    expect(await listed(alice, alice, 'friends')).toEqual([bob])
    await does('unmute', alice, bob)
    expect(await entities(social.subgraph, signedIn(alice), 'Video', [byCarol], contents)).toEqual([
      { comments: { edges: [{ node: { content: 'from bob' } }] } },
    ])
  })
})

describe('whom somebody keeps away', () => {
  const lists = `query ($first: Int!, $after: String) {
    blockedUsers(first: $first, after: $after) { edges { node { id isBlocked isMuted } } pageInfo { hasNextPage endCursor } }
    mutedUsers(first: $first) { edges { node { id isBlocked isMuted } } }
  }`

  it('is listed to himself, most recent first, page by page', async () => {
    await newcomers()
    await does('block', alice, bob)
    await does('block', alice, carol)
    await does('mute', alice, bob)
    const both = { isBlocked: true, isMuted: true }
    const first = await ask<{ blockedUsers: { pageInfo: { endCursor: string } } }>(
      social.subgraph,
      signedIn(alice),
      lists,
      { first: 1 },
    )
    expect(first).toEqual({
      blockedUsers: {
        edges: [{ node: { id: carol, isBlocked: true, isMuted: false } }],
        pageInfo: { hasNextPage: true, endCursor: expect.any(String) as string },
      },
      mutedUsers: { edges: [{ node: { id: bob, ...both } }] },
    })
    const after = first.blockedUsers.pageInfo.endCursor
    expect(await ask(social.subgraph, signedIn(alice), lists, { first: 1, after })).toMatchObject({
      blockedUsers: { edges: [{ node: { id: bob, ...both } }], pageInfo: { hasNextPage: false } },
    })
    expect(await ask(social.subgraph, signedIn(bob), lists, { first: 1 })).toMatchObject({
      blockedUsers: { edges: [] },
      mutedUsers: { edges: [] },
    })
    expect(await refusal(social.subgraph, anonymous, lists, { first: 1 })).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('is one question for a page of people, and none for nobody', async () => {
    const people = await social.register(30)
    social.takeQueries()
    await entities(social.subgraph, signedIn(alice), 'User', people, 'isBlocked isMuted')
    expect(social.takeQueries()).toHaveLength(1)
    await entities(social.subgraph, anonymous, 'User', people, 'isBlocked isMuted')
    expect(social.takeQueries()).toEqual([])
  })

  it('is neither oneself nor nobody', async () => {
    await newcomers()
    for (const verb of ['block', 'mute'] as const) {
      expect(await refusal(social.subgraph, signedIn(alice), toUser(verb), { userId: alice })).toMatchObject({
        code: 'BAD_USER_INPUT',
      })
      expect(await refusal(social.subgraph, signedIn(alice), toUser(verb), { userId: social.newId() })).toEqual({
        code: 'NOT_FOUND',
        message: 'This user does not exist.',
      })
      expect(await refusal(social.subgraph, anonymous, toUser(verb), { userId: alice })).toMatchObject({
        code: 'UNAUTHENTICATED',
      })
    }
  })
})
