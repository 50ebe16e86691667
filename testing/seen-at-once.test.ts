import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bootNetwork, type Network, type TestPerson } from './network.ts'

let network: Network
beforeAll(async () => {
  network = await bootNetwork()
})
afterAll(() => network[Symbol.asyncDispose]())

interface ShownPerson {
  readonly follower_count: number
  readonly follow_count: number
  readonly total_favorited: number
  readonly signature: string
}

interface ShownVideo {
  readonly id: number
  readonly favorite_count: number
  readonly comment_count: number
  readonly author: ShownPerson
}

/** What an anonymous caller is shown, who is served from caches. */
interface Door {
  readonly person: (id: string) => Promise<ShownPerson>
  readonly feed: () => Promise<readonly ShownVideo[]>
  readonly comments: (videoId: string) => Promise<readonly { readonly content: string; readonly user: ShownPerson }[]>
}

interface RestAnswer {
  readonly user: ShownPerson
  readonly video_list: readonly ShownVideo[]
  readonly comment_list: readonly { readonly content: string; readonly user: ShownPerson }[]
}

async function show(path: string): Promise<RestAnswer> {
  return (await (await fetch(`${network.restUrl}/douyin/${path}`)).json()) as RestAnswer
}

const rest: Door = {
  person: async (id) => (await show(`user/?user_id=${id}`)).user,
  feed: async () => (await show('feed/')).video_list,
  comments: async (videoId) => (await show(`comment/list/?video_id=${videoId}`)).comment_list,
}

interface GraphAnswer {
  readonly user: ShownPerson
  readonly feed: { readonly edges: readonly { readonly node: ShownVideo }[] }
  readonly video: {
    readonly comments: { readonly edges: readonly { readonly node: { content: string; user: ShownPerson } }[] }
  }
}

/** Queries in the form of the REST contract. */
async function askGraph(query: string): Promise<GraphAnswer> {
  const person =
    'fragment P on User { follower_count: followerCount follow_count: followingCount total_favorited: totalFavorited signature }'
  const response = await fetch(network.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `${query} ${person}` }),
  })
  return ((await response.json()) as { data: GraphAnswer }).data
}

const graph: Door = {
  person: async (id) => (await askGraph(`{ user(id: ${id}) { ...P } }`)).user,
  async feed() {
    const video = 'id favorite_count: favoriteCount comment_count: commentCount author { ...P }'
    const { feed } = await askGraph(`{ feed { edges { node { ${video} } } } }`)
    return feed.edges.map(({ node }) => node)
  },
  async comments(videoId) {
    const comment = 'content user: author { ...P }'
    const { video } = await askGraph(`{ video(id: ${videoId}) { comments { edges { node { ${comment} } } } } }`)
    return video.comments.edges.map(({ node }) => node)
  },
}

describe.each([
  ['REST', rest],
  ['GraphQL', graph],
])('over %s', (_, door) => {
  let author: TestPerson
  let actor: TestPerson
  let video: string
  beforeAll(async () => {
    author = await network.person('author')
    actor = await network.person('actor')
    video = await author.publishes('sunset')
  })

  const profile = () => door.person(author.id)
  const feed = async () => (await door.feed()).find(({ id }) => String(id) === video)
  const comments = () => door.comments(video)

  /** Fills all caches with the state before the test. */
  beforeEach(async () => void (await Promise.all([profile(), feed(), comments()])))

  it('shows a follow to everybody at once, whoever looks at whatever page', async () => {
    await actor.follows(author)
    expect(await profile()).toMatchObject({ follower_count: 1 })
    expect(await feed()).toMatchObject({ author: { follower_count: 1 } })
  })

  it('shows a like at once on the video and of its author', async () => {
    await actor.likes(video)
    expect(await feed()).toMatchObject({ favorite_count: 1, author: { total_favorited: 1 } })
    expect(await profile()).toMatchObject({ total_favorited: 1 })
  })

  it('shows a comment, what its author did since, and that it is gone', async () => {
    const id = await actor.comments(video, 'nice')
    expect(await comments()).toMatchObject([{ content: 'nice', user: { follow_count: 1 } }])
    expect(await feed()).toMatchObject({ comment_count: 1 })
    await actor.asks('mutation ($id: ID!) { unfollowUser(input: { userId: $id }) { user { id } } }', { id: author.id })
    expect(await comments()).toMatchObject([{ user: { follow_count: 0 } }])
    await actor.asks('mutation ($id: ID!) { deleteComment(input: { commentId: $id }) { commentId } }', { id })
    expect([await comments(), await feed()]).toMatchObject([[], { comment_count: 0 }])
  })

  it('shows changes that come over GraphQL, with their ids in the text', async () => {
    await actor.asks(`mutation { followUser(input: { userId: "${author.id}" }) { user { id } } }`)
    expect(await profile()).toMatchObject({ follower_count: 1 })
    await author.asks('mutation { updateProfile(input: { signature: "new here" }) { user { id } } }')
    expect(await profile()).toMatchObject({ signature: 'new here' })
  })

  it('shows a video until it is deleted, and not a moment longer', async () => {
    const id = await author.publishes('rain')
    expect((await door.feed()).map((shown) => String(shown.id))).toContain(id)
    await author.asks('mutation ($id: ID!) { deleteVideo(input: { videoId: $id }) { videoId } }', { id })
    expect((await door.feed()).map((shown) => String(shown.id))).not.toContain(id)
  })

  it('shows nothing from before, however many write while others read', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, (_, index) => network.person(`p${index}`)))
    let isOver = false
    const readers = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!isOver) await Promise.all([profile(), feed()])
      }),
    )
    for (const [index, person] of people.entries()) {
      await person.follows(author)
      await person.likes(video)
      expect(await profile()).toMatchObject({ follower_count: index + 2, total_favorited: index + 2 })
      expect(await feed()).toMatchObject({ favorite_count: index + 2, author: { follower_count: index + 2 } })
    }
    isOver = true
    await readers
  })
})
