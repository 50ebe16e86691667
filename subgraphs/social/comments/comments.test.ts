import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import { administrator, anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { addComment, comment, commentsOf, contentsUnder } from '../../../testing/comments.ts'
import { entities, startTestSocial, type TestSocial } from '../../../testing/social.ts'

let social: TestSocial

beforeAll(async () => {
  social = await startTestSocial()
})

afterAll(() => social[Symbol.asyncDispose]())

it('shows a comment at once, first in its list, and counts it', async () => {
  const [alice, bob] = [social.newId(), social.newId()]
  const sunset = await social.publish(alice)
  const before = Date.now()
  await comment(social.subgraph, alice, sunset, 'mine')
  const second = await comment(social.subgraph, bob, sunset, '真美 🌇')
  expect(second).toMatchObject({ content: '真美 🌇', author: { id: bob }, video: { id: sunset, commentCount: 2 } })
  expect(Math.abs(Date.parse(second.createdAt) - before)).toBeLessThan(60_000)
  expect(await contentsUnder(social.subgraph, sunset)).toEqual(['真美 🌇', 'mine'])
})

it('takes 1 to 500 characters, blanks within them as they are', async () => {
  const [alice, sunset] = [social.newId(), await social.publish(social.newId())]
  await comment(social.subgraph, alice, sunset, '🌇'.repeat(500))
  await comment(social.subgraph, alice, sunset, '  so\nnice ')
  for (const content of ['', ' \n\t\u3000', 'x'.repeat(501), '🌇'.repeat(501), 'nul\0']) {
    expect(await refusal(social.subgraph, signedIn(alice), addComment, { videoId: sunset, content })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
  }
  expect(await contentsUnder(social.subgraph, sunset)).toEqual(['  so\nnice ', '🌇'.repeat(500)])
})

it('refuses comments on no video, anonymous comments, and what is no id', async () => {
  const [alice, sunset] = [social.newId(), await social.publish(social.newId())]
  const content = 'nice'
  expect(await refusal(social.subgraph, signedIn(alice), addComment, { videoId: social.newId(), content })).toEqual({
    code: 'NOT_FOUND',
    message: 'This video does not exist.',
  })
  expect(await refusal(social.subgraph, anonymous, addComment, { videoId: sunset, content })).toMatchObject({
    code: 'UNAUTHENTICATED',
  })
  expect(await refusal(social.subgraph, signedIn(alice), addComment, { videoId: 'sunset', content })).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
  expect(await contentsUnder(social.subgraph, sunset)).toEqual([])
})

it('writes comments that come together in one statement, and refuses one on no video for itself alone', async () => {
  const [alice, sunset] = [social.newId(), await social.publish(social.newId())]
  social.takeQueries()
  const [first, refused, last] = await Promise.all([
    comment(social.subgraph, alice, sunset, 'first'),
    refusal(social.subgraph, signedIn(alice), addComment, { videoId: social.newId(), content: 'nowhere' }),
    comment(social.subgraph, alice, sunset, 'it\'s {last}, "\\'),
  ])
  expect(social.takeQueries().filter((sql) => sql.includes('insert into comments'))).toHaveLength(1)
  expect(refused).toMatchObject({ code: 'NOT_FOUND' })
  expect([first.content, last.content]).toEqual(['first', 'it\'s {last}, "\\'])
  expect(await contentsUnder(social.subgraph, sunset)).toEqual(['it\'s {last}, "\\', 'first'])
})

it('lists the comments of many videos page by page, with one statement for each page', async () => {
  const alice = social.newId()
  const videoIds: string[] = []
  for (let count = 0; count < 10; count++) videoIds.push(await social.publish(alice))
  for (const content of ['one', 'two', 'three']) {
    await Promise.all(videoIds.map((videoId) => comment(social.subgraph, alice, videoId, content)))
  }
  social.takeQueries()
  const top = await commentsOf(social.subgraph, videoIds, 'first: 2')
  // The pages, their comments, and the counts, unless those are cached from the answers above.
  expect(social.takeQueries().length).toBeLessThanOrEqual(3)
  for (const { comments } of top) {
    expect(comments.edges.map((edge) => edge.node.content)).toEqual(['three', 'two'])
    expect(comments.pageInfo.hasNextPage).toBe(true)
  }
  const [first] = top
  const [rest] = await commentsOf(
    social.subgraph,
    videoIds.slice(0, 1),
    `first: 2, after: "${String(first?.comments.pageInfo.endCursor)}"`,
  )
  expect(rest?.comments.edges.map((edge) => edge.node.content)).toEqual(['one'])
  expect(rest?.comments.pageInfo.hasNextPage).toBe(false)
})

it('answers the cursors of a page by one statement', async () => {
  const [alice, sunset] = [social.newId(), await social.publish(social.newId())]
  const ids: string[] = []
  for (const content of ['one', 'two', 'three'])
    ids.unshift((await comment(social.subgraph, alice, sunset, content)).id)
  social.takeQueries()
  const page = 'comments(first: 2) { pageInfo { hasNextPage endCursor } }'
  expect(await entities(social.subgraph, anonymous, 'Video', [sunset], page)).toEqual([
    { comments: { pageInfo: { hasNextPage: true, endCursor: encodeCursor(ids[1] ?? '') } } },
  ])
  expect(social.takeQueries()).toHaveLength(1)
})

const commentsById = 'query ($ids: [ID!]!) { comments(ids: $ids) { id content author { id } } }'

it('answers comments by their ids and in their order, with one statement; no comment is null', async () => {
  const [alice, sunset] = [social.newId(), await social.publish(social.newId())]
  const [one, two] = [
    await comment(social.subgraph, alice, sunset, 'one'),
    await comment(social.subgraph, alice, sunset, 'two'),
  ]
  social.takeQueries()
  const ids = [two.id, social.newId(), one.id, two.id]
  const { comments } = await ask<{ comments: unknown }>(social.subgraph, anonymous, commentsById, { ids })
  const written = (id: string, content: string) => ({ id, content, author: { id: alice } })
  expect(comments).toEqual([written(two.id, 'two'), null, written(one.id, 'one'), written(two.id, 'two')])
  expect(social.takeQueries()).toHaveLength(1)
})

it('answers up to 500 comments by their ids, and refuses what is no id', async () => {
  const refusalOf = (ids: readonly string[]) => refusal(social.subgraph, anonymous, commentsById, { ids })
  const max = Array.from({ length: 500 }, () => social.newId())
  const { comments } = await ask<{ comments: unknown[] }>(social.subgraph, anonymous, commentsById, { ids: max })
  expect(comments).toEqual(max.map(() => null))
  expect(await refusalOf([...max, social.newId()])).toEqual({
    code: 'BAD_USER_INPUT',
    message: 'At most 500 ids can be requested at once.',
  })
  expect(await refusalOf(['1', 'x'])).toEqual({ code: 'BAD_USER_INPUT', message: '"x" is not a valid id.' })
})

it('resolves references to comments with one statement; no comment is null', async () => {
  const [alice, sunset] = [social.newId(), await social.publish(social.newId())]
  const [one, two] = [
    await comment(social.subgraph, alice, sunset, 'one'),
    await comment(social.subgraph, alice, sunset, 'two'),
  ]
  const ids = [two.id, social.newId(), one.id]
  social.takeQueries()
  const shown = { author: { id: alice }, video: { id: sunset } }
  expect(await entities(social.subgraph, anonymous, 'Comment', ids, 'content author { id } video { id }')).toEqual([
    { content: 'two', ...shown },
    null,
    { content: 'one', ...shown },
  ])
  expect(social.takeQueries()).toHaveLength(1)
})

it('lists a thousand comments of a video at most, whoever asks', async () => {
  const sunset = await social.publish(social.newId())
  await social.sql.query(
    `insert into social.comments (id, video_id, author_id, content)
     select 1000000 + n, $1, 1, 'comment ' || n from generate_series(1, 1001) as n`,
    [sunset],
  )
  const [list] = await commentsOf(social.subgraph, [sunset], 'first: 5000')
  expect(list?.comments.edges).toHaveLength(1_000)
  expect(list?.comments.pageInfo.hasNextPage).toBe(true)
})

it('shows what was written before masking to administrators alone', async () => {
  const [alice, sunset] = [social.newId(), await social.publish(social.newId())]
  await social.sql.query(
    `insert into social.comments (id, video_id, author_id, content, original_content)
     values (999999, $1, $2, '***', 'the word')`,
    [sunset, alice],
  )
  const written = 'query { comments(ids: ["999999"]) { content originalContent } }'
  for (const [caller, originalContent] of [
    [anonymous, null],
    [signedIn(alice), null],
    [administrator('99'), 'the word'],
  ] as const) {
    expect(await ask(social.subgraph, caller, written)).toEqual({ comments: [{ content: '***', originalContent }] })
  }
})
