import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { administrator, anew, anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { addReply, comment, commentsOf, contentsUnder, repliesTo, reply } from '../../../testing/comments.ts'
import { findMiscounts } from '../../../testing/miscounts.ts'
import { entities, startTestSocial, type TestSocial } from '../../../testing/social.ts'

let social: TestSocial
let [alice, bob, carol] = ['', '', '']
let sunset: string

beforeAll(async () => {
  social = await startTestSocial()
})
beforeEach(async () => {
  ;[alice = '', bob = '', carol = ''] = await social.register(3)
  sunset = await social.publish(alice)
})
afterAll(() => social[Symbol.asyncDispose]())

const deleteComment = `mutation ($commentId: ID!) {
  deleteComment(input: { commentId: $commentId }) { video { commentCount } parent { id replyCount } }
}`
const to = (mutation: string, id: string) => `mutation { ${mutation}(input: { userId: ${id} }) { __typename } }`
const remove = (userId: string, commentId: string) =>
  ask<{ deleteComment: unknown }>(social.subgraph, signedIn(userId), deleteComment, { commentId })

describe('replies', () => {
  it('appear below their comment, the newest first, and are counted there and not with the comments', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'where is it?')
    const first = await reply(social.subgraph, alice, commentId, 'at home')
    expect(first).toMatchObject({
      ...{ content: 'at home', author: { id: alice }, parent: { id: commentId, replyCount: 1 }, replyTo: { id: bob } },
    })
    await reply(social.subgraph, carol, commentId, 'lovely')
    expect(await repliesTo(social.subgraph, commentId)).toEqual(['lovely', 'at home'])
    expect(await contentsUnder(social.subgraph, sunset)).toEqual(['where is it?'])
    expect(await entities(social.subgraph, anonymous, 'Comment', [first.id], 'replyCount parent { id }')).toEqual([
      { replyCount: 0, parent: { id: commentId } },
    ])
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('to a reply appear below the same comment, and name whom they answer', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'hm')
    const first = await reply(social.subgraph, carol, commentId, 'why?')
    const second = await reply(social.subgraph, alice, first.id, 'why not?')
    expect(second).toMatchObject({ parent: { id: commentId, replyCount: 2 }, replyTo: { id: carol } })
    expect(await repliesTo(social.subgraph, commentId)).toEqual(['why not?', 'why?'])
  })

  it('take 1 to 500 characters, a comment that exists, and a user', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'hm')
    const codeOf = async (caller: typeof anonymous, id: string, content: string) =>
      (await refusal(social.subgraph, caller, addReply, { commentId: id, content })).code
    expect(await codeOf(signedIn(alice), commentId, ' \n')).toBe('BAD_USER_INPUT')
    expect(await codeOf(signedIn(alice), commentId, 'x'.repeat(501))).toBe('BAD_USER_INPUT')
    expect(await codeOf(signedIn(alice), 'sunset', 'nice')).toBe('BAD_USER_INPUT')
    expect(await codeOf(signedIn(alice), social.newId(), 'nice')).toBe('NOT_FOUND')
    expect(await codeOf(anonymous, commentId, 'nice')).toBe('UNAUTHENTICATED')
    expect(await repliesTo(social.subgraph, commentId)).toEqual([])
  })

  it('cross no block: neither with the author of the video, nor with those who wrote above', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'hm')
    const { id: replyId } = await reply(social.subgraph, carol, commentId, 'why?')
    const [dora = '', ed = ''] = await social.register(2)
    await ask(social.subgraph, signedIn(bob), to('blockUser', dora))
    await ask(social.subgraph, signedIn(ed), to('blockUser', alice))
    const codeOf = async (userId: string, id: string) =>
      (await refusal(social.subgraph, signedIn(userId), addReply, { commentId: id, content: 'hello' })).code
    expect([await codeOf(dora, commentId), await codeOf(dora, replyId), await codeOf(ed, commentId)]).toEqual(
      Array(3).fill('FORBIDDEN'),
    )
    expect(await repliesTo(social.subgraph, commentId)).toEqual(['why?'])
  })

  it.each(['blockUser', 'muteUser'])('and whom they answer are not shown across a %s', async (mutation) => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'hm')
    const { id: replyId } = await reply(social.subgraph, carol, commentId, 'why?')
    await reply(social.subgraph, alice, replyId, 'why not?')
    const [dora = ''] = await social.register(1)
    await ask(social.subgraph, signedIn(dora), to(mutation, carol))
    expect(await repliesTo(social.subgraph, commentId, signedIn(dora))).toEqual(['why not?'])
    const answered = 'replies { edges { node { replyTo { id } } } }'
    expect(await entities(social.subgraph, signedIn(dora), 'Comment', [commentId], answered)).toEqual([
      { replies: { edges: [{ node: { replyTo: null } }] } },
    ])
    await ask(social.subgraph, signedIn(dora), to(mutation, bob))
    expect(await entities(social.subgraph, signedIn(dora), 'Comment', [replyId], 'parent { id }')).toEqual([null])
  })

  it('are deleted by their authors, by the author of the video and by administrators, and counted', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'hm')
    const ids: string[] = []
    for (const content of ['one', 'two', 'three'])
      ids.push((await reply(social.subgraph, carol, commentId, content)).id)
    expect(await refusal(social.subgraph, signedIn(bob), deleteComment, { commentId: ids[0] })).toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(await remove(carol, ids[0] ?? '')).toEqual({
      deleteComment: { video: { commentCount: 1 }, parent: { id: commentId, replyCount: 2 } },
    })
    await remove(alice, ids[1] ?? '')
    await ask(social.subgraph, administrator(social.newId()), deleteComment, { commentId: ids[2] })
    expect(await repliesTo(social.subgraph, commentId)).toEqual([])
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('go with their comment, and so do likes and counts', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'hm')
    await comment(social.subgraph, bob, sunset, 'stays')
    const { id: replyId } = await reply(social.subgraph, carol, commentId, 'why?')
    for (const id of [commentId, replyId]) {
      await ask(
        social.subgraph,
        signedIn(alice),
        `mutation { likeComment(input: { commentId: ${id} }) { __typename } }`,
      )
    }
    expect(await remove(bob, commentId)).toEqual({ deleteComment: { video: { commentCount: 1 }, parent: null } })
    expect(await contentsUnder(social.subgraph, sunset)).toEqual(['stays'])
    const left = await social.sql.query(
      `select id from social.comments where id = any ($1) union all
       select comment_id from social.comment_likes where comment_id = any ($1) union all
       select comment_id from social.comment_counts where comment_id = any ($1)`,
      [[commentId, replyId]],
    )
    expect(left.rows).toEqual([])
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('are never left without their comment, whoever is faster', async () => {
    const elsewhere = await social.startProcess()
    for (let round = 0; round < 20; round++) {
      const { id: commentId } = await comment(social.subgraph, bob, sunset, 'goes')
      await Promise.all([
        elsewhere.execute({ query: addReply, variables: { commentId, content: 'wait' } }, signedIn(carol)),
        elsewhere.execute(
          { query: `mutation { likeComment(input: { commentId: ${commentId} }) { __typename } }` },
          signedIn(carol),
        ),
        remove(bob, commentId),
      ])
    }
    const { rows } = await social.sql.query('select id from social.comments where video_id = $1', [sunset])
    expect(rows).toEqual([])
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('that come together are one statement, and one that is refused is refused for itself alone', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'hm')
    social.takeQueries()
    const [one, refused, two] = await Promise.all([
      reply(social.subgraph, alice, commentId, 'one'),
      refusal(social.subgraph, signedIn(carol), addReply, { commentId: social.newId(), content: 'nowhere' }),
      reply(social.subgraph, carol, commentId, 'two'),
    ])
    expect(social.takeQueries().filter((sql) => sql.includes('insert into comments'))).toHaveLength(1)
    expect([one.content, refused.code, two.content]).toEqual(['one', 'NOT_FOUND', 'two'])
    expect(await repliesTo(social.subgraph, commentId)).toHaveLength(2)
  })

  it('of many comments are listed with one statement for each page', async () => {
    const ids: string[] = []
    for (let count = 0; count < 10; count++) ids.push((await comment(social.subgraph, bob, sunset, `no ${count}`)).id)
    for (const content of ['one', 'two', 'three']) {
      await Promise.all(ids.map((commentId) => reply(social.subgraph, carol, commentId, content)))
    }
    social.takeQueries()
    const page = `comments(first: 10) {
      edges { node { likeCount isLiked isPinned replyCount replies(first: 2) { edges { node { content replyTo { id } } } } } }
    }`
    const [video] = await entities<{ comments: { edges: { node: { replyCount: number; replies: unknown } }[] } }>(
      ...([social.subgraph, anew(signedIn(alice)), 'Video', [sunset], page] as const),
    )
    const node = { content: 'three', replyTo: { id: bob } }
    expect(video?.comments.edges).toHaveLength(10)
    for (const { node: each } of video?.comments.edges ?? []) {
      expect(each).toMatchObject({ replyCount: 3, replies: { edges: [{ node }, { node: { content: 'two' } }] } })
    }
    // The pages and rows of comments and of replies, their counts, likes and pins, and whom the viewer has blocked or muted.
    expect(social.takeQueries().length).toBeLessThanOrEqual(9)
    const [first] = await commentsOf(social.subgraph, [sunset], 'first: 1')
    expect(first?.commentCount).toBe(10)
  })
})
