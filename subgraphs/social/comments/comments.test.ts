import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLogger } from '../../../platform/logger.ts'
import type { Subgraph } from '../../../platform/subgraph.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { createTestDatabase } from '../../../testing/database.ts'
import { startSocial } from '../server.ts'

const statements: string[] = []
let database: Awaited<ReturnType<typeof createTestDatabase>>
let facts: pg.Client
let social: Subgraph

beforeAll(async () => {
  database = await createTestDatabase()
  facts = new pg.Client(database.url)
  await facts.connect()
  social = await start()
})

afterAll(async () => {
  await social[Symbol.asyncDispose]()
  await facts.end()
  await database[Symbol.asyncDispose]()
})

function start(): Promise<Subgraph> {
  return startSocial({
    databaseUrl: database.url,
    databasePoolSize: 4,
    onQuery: (sql) => statements.push(sql),
    log: createLogger('silent', 'test'),
  })
}

let lastId = 0
const newId = (): string => String(++lastId)

async function publishedBy(authorId: string): Promise<string> {
  const id = newId()
  await facts.query(
    `insert into video.videos
      values ($1::bigint, $2, 'sunset', 'play', 'cover', 'video/mp4', 1, 1, 1, 1, to_timestamp($1::bigint))`,
    [id, authorId],
  )
  return id
}

const addComment = `mutation ($videoId: ID!, $content: String!) {
  addComment(input: { videoId: $videoId, content: $content }) {
    comment { id content createdAt author { id } video { id commentCount } }
  }
}`
const deleteComment = `mutation ($commentId: ID!) {
  deleteComment(input: { commentId: $commentId }) { commentId video { id commentCount } }
}`

interface Comment {
  readonly id: string
  readonly content: string
  readonly createdAt: string
  readonly author: { readonly id: string }
  readonly video: { readonly id: string; readonly commentCount: number }
}

async function comment(userId: string, videoId: string, content: string): Promise<Comment> {
  const data = await ask<{ addComment: { comment: Comment } }>(social, signedIn(userId), addComment, {
    videoId,
    content,
  })
  return data.addComment.comment
}

interface CommentedVideo {
  readonly commentCount: number
  readonly comments: {
    readonly edges: readonly { readonly node: { readonly id: string; readonly content: string } }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

async function videosWithComments(videoIds: readonly string[], page: string): Promise<CommentedVideo[]> {
  const query = `query ($videos: [_Any!]!) {
    _entities(representations: $videos) {
      ... on Video {
        commentCount
        comments(${page}) { edges { node { id content } } pageInfo { hasNextPage endCursor } }
      }
    }
  }`
  const videos = videoIds.map((id) => ({ __typename: 'Video', id }))
  return (await ask<{ _entities: CommentedVideo[] }>(social, anonymous, query, { videos }))._entities
}

async function contentsUnder(videoId: string): Promise<string[]> {
  const [video] = await videosWithComments([videoId], 'first: 1000')
  expect(video?.commentCount).toBe(video?.comments.edges.length)
  return video?.comments.edges.map((edge) => edge.node.content) ?? []
}

it('shows a comment at once, first in its list, and counts it', async () => {
  const [alice, bob] = [newId(), newId()]
  const sunset = await publishedBy(alice)
  const before = Date.now()
  await comment(alice, sunset, 'mine')
  const second = await comment(bob, sunset, '真美 🌇')
  expect(second).toMatchObject({ content: '真美 🌇', author: { id: bob }, video: { id: sunset, commentCount: 2 } })
  expect(Math.abs(Date.parse(second.createdAt) - before)).toBeLessThan(60_000)
  expect(await contentsUnder(sunset)).toEqual(['真美 🌇', 'mine'])
})

it('takes 1 to 500 characters, blanks within them as they are', async () => {
  const [alice, sunset] = [newId(), await publishedBy(newId())]
  await comment(alice, sunset, '🌇'.repeat(500))
  await comment(alice, sunset, '  so\nnice ')
  for (const content of ['', ' \n\t\u3000', 'x'.repeat(501), '🌇'.repeat(501), 'nul\0']) {
    expect(await refusal(social, signedIn(alice), addComment, { videoId: sunset, content })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
  }
  expect(await contentsUnder(sunset)).toEqual(['  so\nnice ', '🌇'.repeat(500)])
})

it('refuses comments on no video, anonymous comments, and what is no id', async () => {
  const [alice, sunset] = [newId(), await publishedBy(newId())]
  const content = 'nice'
  expect(await refusal(social, signedIn(alice), addComment, { videoId: newId(), content })).toEqual({
    code: 'NOT_FOUND',
    message: 'There is no such video.',
  })
  expect(await refusal(social, anonymous, addComment, { videoId: sunset, content })).toMatchObject({
    code: 'UNAUTHENTICATED',
  })
  expect(await refusal(social, signedIn(alice), addComment, { videoId: 'sunset', content })).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
  expect(await contentsUnder(sunset)).toEqual([])
})

it("deletes one's own comment, and any under one's own video", async () => {
  const [alice, bob] = [newId(), newId()]
  const sunset = await publishedBy(alice)
  const [first, second] = [await comment(bob, sunset, 'first'), await comment(bob, sunset, 'second')]
  expect(await ask(social, signedIn(bob), deleteComment, { commentId: first.id })).toEqual({
    deleteComment: { commentId: first.id, video: { id: sunset, commentCount: 1 } },
  })
  expect(await ask(social, signedIn(alice), deleteComment, { commentId: second.id })).toEqual({
    deleteComment: { commentId: second.id, video: { id: sunset, commentCount: 0 } },
  })
  expect(await contentsUnder(sunset)).toEqual([])
})

it("keeps somebody else's comment, also from the author of another video", async () => {
  const [alice, bob, carol] = [newId(), newId(), newId()]
  const sunset = await publishedBy(alice)
  await publishedBy(carol)
  const { id: commentId } = await comment(bob, sunset, 'nice')
  expect(await refusal(social, signedIn(carol), deleteComment, { commentId })).toEqual({
    code: 'FORBIDDEN',
    message: "You cannot delete somebody else's comment.",
  })
  expect(await refusal(social, anonymous, deleteComment, { commentId })).toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await contentsUnder(sunset)).toEqual(['nice'])
})

it('refuses to delete no comment', async () => {
  const alice = signedIn(newId())
  expect(await refusal(social, alice, deleteComment, { commentId: newId() })).toEqual({
    code: 'NOT_FOUND',
    message: 'There is no such comment.',
  })
  expect(await refusal(social, alice, deleteComment, { commentId: '-1' })).toMatchObject({ code: 'BAD_USER_INPUT' })
})

it('lets one of two deletes win, and counts it once', async () => {
  const [alice, bob] = [newId(), newId()]
  const sunset = await publishedBy(alice)
  await comment(alice, sunset, 'stays')
  await using elsewhere = await start()
  for (let round = 0; round < 20; round++) {
    const { id: commentId } = await comment(bob, sunset, 'goes')
    const operation = { query: deleteComment, variables: { commentId } }
    const answers = await Promise.all([
      social.execute(operation, signedIn(alice)),
      elsewhere.execute(operation, signedIn(bob)),
    ])
    const codes = answers.flatMap(({ errors = [] }) => errors.map((error) => error.extensions['code']))
    expect(codes).toEqual(['NOT_FOUND'])
  }
  expect(await contentsUnder(sunset)).toEqual(['stays'])
})

it('lists the comments of many videos page by page, with one statement for each page', async () => {
  const alice = newId()
  const videoIds: string[] = []
  for (let count = 0; count < 10; count++) videoIds.push(await publishedBy(alice))
  for (const content of ['one', 'two', 'three']) {
    await Promise.all(videoIds.map((videoId) => comment(alice, videoId, content)))
  }
  statements.length = 0
  const top = await videosWithComments(videoIds, 'first: 2')
  expect(statements.filter((sql) => sql.includes('from comments'))).toHaveLength(1)
  for (const { comments } of top) {
    expect(comments.edges.map((edge) => edge.node.content)).toEqual(['three', 'two'])
    expect(comments.pageInfo.hasNextPage).toBe(true)
  }
  const [first] = top
  const [rest] = await videosWithComments(
    videoIds.slice(0, 1),
    `first: 2, after: "${String(first?.comments.pageInfo.endCursor)}"`,
  )
  expect(rest?.comments.edges.map((edge) => edge.node.content)).toEqual(['one'])
  expect(rest?.comments.pageInfo.hasNextPage).toBe(false)
})

it('resolves references to comments with one statement; no comment is null', async () => {
  const [alice, sunset] = [newId(), await publishedBy(newId())]
  const written = [await comment(alice, sunset, 'one'), await comment(alice, sunset, 'two')]
  const ids = [written[1]?.id, newId(), written[0]?.id]
  statements.length = 0
  const query = `query ($comments: [_Any!]!) {
    _entities(representations: $comments) { ... on Comment { content author { id } video { id } } }
  }`
  const comments = ids.map((id) => ({ __typename: 'Comment', id }))
  const shown = { author: { id: alice }, video: { id: sunset } }
  expect(await ask(social, anonymous, query, { comments })).toEqual({
    _entities: [{ content: 'two', ...shown }, null, { content: 'one', ...shown }],
  })
  expect(statements).toHaveLength(1)
})
