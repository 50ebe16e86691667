import { afterAll, beforeAll, expect, it } from 'vitest'
import { bootNetwork, type Network, type TestPerson } from './network.ts'

let network: Network
let alice: TestPerson
let bob: TestPerson
let carol: TestPerson
beforeAll(async () => {
  network = await bootNetwork()
  alice = await network.person('alice')
  bob = await network.person('bob')
  carol = await network.person('carol')
})
afterAll(() => network[Symbol.asyncDispose]())

/** The error message of a REST route, or `done`. */
async function refusalOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => 'done',
    (error: unknown) => (error as Error).message.replace(/^.* failed: /, ''),
  )
}

interface Lists {
  readonly video_list: readonly { readonly id: number }[]
  readonly comment_list: readonly { readonly content: string }[]
  readonly user_list: readonly { readonly id: number }[]
  readonly message_list: readonly { readonly content: string }[]
}

const ids = (list: readonly { readonly id: number }[]): string[] => list.map(({ id }) => String(id))

it('the app hides from somebody whom she has blocked, and refuses what he tries', async () => {
  const [byAlice, byBob] = [await alice.publishes('by alice'), await bob.publishes('by bob')]
  const byCarol = await carol.publishes('by carol')
  await bob.comments(byCarol, 'from bob')
  await carol.likes(byBob)
  await bob.follows(carol)
  await alice.follows(bob)
  await bob.follows(alice)
  await bob.says(alice, 'hello')
  await alice.asks('mutation ($id: ID!) { blockUser(input: { userId: $id }) { user { id } } }', { id: bob.id })

  const blockedError = '你们之间存在拉黑关系，无法进行此操作。'
  const tries = [bob.follows(alice), bob.likes(byAlice), bob.comments(byAlice, 'why?'), bob.says(alice, 'why?')]
  expect(await Promise.all(tries.map(refusalOf))).toEqual(Array(4).fill(blockedError))

  const feed = await alice.calls<Lists>('GET', '/douyin/feed/')
  expect(ids(feed.video_list)).toEqual([byCarol, byAlice])
  const page = { user_id: bob.id }
  expect((await alice.calls<Lists>('GET', '/douyin/publish/list/', page)).video_list).toEqual([])
  const comments = await alice.calls<Lists>('GET', '/douyin/comment/list/', { video_id: byCarol })
  expect(comments.comment_list).toEqual([])
  for (const list of ['follower', 'follow', 'friend']) {
    const people = await alice.calls<Lists>('GET', `/douyin/relation/${list}/list/`)
    expect([list, ids(people.user_list)]).toEqual([list, []])
  }
  const followers = await alice.calls<Lists>('GET', '/douyin/relation/follower/list/', { user_id: carol.id })
  expect(followers.user_list).toEqual([])
  const favorites = await alice.calls<Lists>('GET', '/douyin/favorite/list/', { user_id: carol.id })
  expect(favorites.video_list).toEqual([])
  const chat = await alice.calls<Lists>('GET', '/douyin/message/chat/', { to_user_id: bob.id })
  expect(chat.message_list).toEqual([])

  // Other users are not affected.
  expect(ids((await carol.calls<Lists>('GET', '/douyin/feed/')).video_list)).toEqual([byCarol, byBob, byAlice])
  const all = await carol.calls<Lists>('GET', '/douyin/comment/list/', { video_id: byCarol })
  expect(all.comment_list.map(({ content }) => content)).toEqual(['from bob'])
})

it('a feed of which the viewer hides much has no gap and tells rightly whether there is more', async () => {
  const [dave, erin] = [await network.person('dave'), await network.person('erin')]
  const shown: string[] = []
  for (let count = 0; count < 3; count++) {
    await erin.publishes('hidden')
    shown.unshift(await carol.publishes('shown'))
  }
  await dave.asks('mutation ($id: ID!) { muteUser(input: { userId: $id }) { user { id } } }', { id: erin.id })
  const query = `query ($after: String) {
    feed(first: 1, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
  }`
  type Page = { feed: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }
  const seen: string[] = []
  let after: string | null = null
  for (let more = true; more;) {
    const { feed }: Page = await dave.asks<Page>(query, { after })
    seen.push(...feed.edges.map(({ node }) => node.id))
    more = feed.pageInfo.hasNextPage
    after = feed.pageInfo.endCursor
  }
  expect(seen.slice(0, 3)).toEqual(shown)
  expect(new Set(seen).size).toBe(6)
})

it('the app hides the works of somebody whom she has muted, and not himself', async () => {
  const [frank, grace] = [await network.person('frank'), await network.person('grace')]
  const byGrace = await grace.publishes('by grace')
  await carol.likes(byGrace)
  await frank.follows(grace)
  await frank.asks('mutation ($id: ID!) { muteUser(input: { userId: $id }) { user { id } } }', { id: grace.id })
  const works = await frank.calls<Lists>('GET', '/douyin/publish/list/', { user_id: grace.id })
  expect(works.video_list).toEqual([])
  const favorites = await frank.calls<Lists>('GET', '/douyin/favorite/list/', { user_id: carol.id })
  expect(ids(favorites.video_list)).not.toContain(byGrace)
  expect(ids((await frank.calls<Lists>('GET', '/douyin/relation/follow/list/')).user_list)).toEqual([grace.id])
  const ownWorks = await grace.calls<Lists>('GET', '/douyin/publish/list/')
  expect(ids(ownWorks.video_list)).toEqual([byGrace])
})

it('what can be asked for by id is shown to whom the lists show it', async () => {
  const [heidi, ivan] = [await network.person('heidi'), await network.person('ivan')]
  const byIvan = await ivan.publishes('by ivan')
  const gone = await ivan.publishes('soon gone')
  const byCarol = await carol.publishes('by carol')
  const under = {
    carol: await ivan.comments(byCarol, 'from ivan'),
    gone: await carol.comments(gone, 'under what is gone'),
  }
  const query = `query ($videoIds: [ID!]!, $videoId: ID!, $commentIds: [ID!]!, $commentId: ID!, $ids: [ID!]!) {
    videos(ids: $videoIds) { title } video(id: $videoId) { title } comments(ids: $commentIds) { content }
    videoNode: node(id: $videoId) { ... on Video { title } }
    commentNode: node(id: $commentId) { ... on Comment { content } }
    nodes(ids: $ids) { ... on Video { title } ... on Comment { content } }
  }`
  const [videoIds, commentIds] = [
    [byIvan, byCarol],
    [under.carol, under.gone],
  ]
  const variables = { videoIds, videoId: byIvan, commentIds, commentId: under.carol, ids: [...videoIds, ...commentIds] }
  /** The lists, when nodes agree with them. */
  async function asks(person: TestPerson): Promise<unknown> {
    type Answer = Record<'videos' | 'comments' | 'nodes', unknown[]> & Record<string, unknown>
    const { videoNode, commentNode, nodes, ...lists } = await person.asks<Answer>(query, variables)
    const { videos, comments } = lists
    expect({ videoNode, commentNode, nodes }).toEqual({
      videoNode: videos[0],
      commentNode: comments[0],
      nodes: [...videos, ...comments],
    })
    return lists
  }
  const everything = {
    videos: [{ title: 'by ivan' }, { title: 'by carol' }],
    video: { title: 'by ivan' },
    comments: [{ content: 'from ivan' }, { content: 'under what is gone' }],
  }
  expect(await asks(heidi)).toEqual(everything)

  const change = (mutation: string): Promise<unknown> =>
    heidi.asks(`mutation ($id: ID!) { ${mutation}(input: { userId: $id }) { user { id } } }`, { id: ivan.id })
  const kept = {
    videos: [null, { title: 'by carol' }],
    video: null,
    comments: [null, { content: 'under what is gone' }],
  }
  for (const [part, meet] of [
    ['blockUser', 'unblockUser'],
    ['muteUser', 'unmuteUser'],
  ] as const) {
    await change(part)
    expect(await asks(heidi)).toEqual(kept)
    expect(await asks(ivan)).toEqual(everything)
    await change(meet)
  }

  await ivan.asks('mutation ($id: ID!) { deleteVideo(input: { videoId: $id }) { videoId } }', { id: gone })
  for (const person of [heidi, ivan]) {
    expect(await asks(person)).toEqual({ ...everything, comments: [{ content: 'from ivan' }, null] })
  }
})
