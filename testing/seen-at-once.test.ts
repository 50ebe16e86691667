import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { bootNetwork, type Network, type TestPerson } from './network.ts'

let network: Network
let author: TestPerson
let actor: TestPerson
let video: string
beforeAll(async () => {
  network = await bootNetwork()
  author = await network.person('author')
  actor = await network.person('actor')
  video = await author.publishes('sunset')
})
afterAll(() => network[Symbol.asyncDispose]())

interface Shown {
  readonly user: { readonly follower_count: number; readonly total_favorited: number; readonly signature: string }
  readonly video_list: readonly {
    readonly id: number
    readonly favorite_count: number
    readonly comment_count: number
    readonly author: { readonly follower_count: number; readonly total_favorited: number }
  }[]
  readonly comment_list: readonly { readonly content: string; readonly user: { readonly follow_count: number } }[]
}

/** What somebody without a token is shown, who is shown what is kept for everybody. */
async function show(path: string): Promise<Shown> {
  return (await (await fetch(`${network.restUrl}/douyin/${path}`)).json()) as Shown
}

const profile = async () => (await show(`user/?user_id=${author.id}`)).user
const feed = async () => (await show('feed/')).video_list.find(({ id }) => String(id) === video)
const comments = async () => (await show(`comment/list/?video_id=${video}`)).comment_list

/** Everything that is kept is kept from just before. */
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
  expect((await show('feed/')).video_list.map((shown) => String(shown.id))).toContain(id)
  await author.asks('mutation ($id: ID!) { deleteVideo(input: { videoId: $id }) { videoId } }', { id })
  expect((await show('feed/')).video_list.map((shown) => String(shown.id))).not.toContain(id)
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
