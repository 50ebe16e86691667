import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { administrator, anew, anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { addComment, addReply, comment, contentsUnder, reply } from '../../../testing/comments.ts'
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

const setPolicy = `mutation ($videoId: ID!, $policy: CommentPolicy!) {
  setCommentPolicy(input: { videoId: $videoId, policy: $policy }) { video { id commentPolicy } }
}`
const change = (mutation: 'pinComment' | 'unpinComment') => `mutation ($commentId: ID!) {
  ${mutation}(input: { commentId: $commentId }) { video { id pinnedComment { content isPinned } } }
}`
const [pin, unpin] = [change('pinComment'), change('unpinComment')]
const act = (userId: string, query: string, variables: Record<string, string>) =>
  ask(social.subgraph, signedIn(userId), query, variables)
const codeOf = async (userId: string, query: string, variables: Record<string, string>) =>
  (await refusal(social.subgraph, signedIn(userId), query, variables)).code
const follow = (userId: string, other: string) =>
  act(userId, 'mutation ($id: ID!) { followUser(input: { userId: $id }) { __typename } }', { id: other })
const pinned = async (caller = anonymous) => {
  const [video] = await entities<{ pinnedComment: { content: string } | null }>(
    ...([social.subgraph, caller, 'Video', [sunset], 'pinnedComment { content }'] as const),
  )
  return video?.pinnedComment?.content
}

describe('who may comment', () => {
  it('is everybody, until the author says otherwise', async () => {
    expect(await entities(social.subgraph, anonymous, 'Video', [sunset], 'commentPolicy')).toEqual([
      { commentPolicy: 'EVERYBODY' },
    ])
    expect(await act(alice, setPolicy, { videoId: sunset, policy: 'NOBODY' })).toEqual({
      setCommentPolicy: { video: { id: sunset, commentPolicy: 'NOBODY' } },
    })
  })

  it('are friends of the author and the author, who are those who follow each other', async () => {
    const { id: commentId } = await comment(social.subgraph, carol, sunset, 'from before')
    await act(alice, setPolicy, { videoId: sunset, policy: 'FRIENDS' })
    await follow(alice, bob)
    await follow(carol, alice)
    for (const stranger of [bob, carol]) {
      expect(await codeOf(stranger, addComment, { videoId: sunset, content: 'hello' })).toBe('FORBIDDEN')
      expect(await codeOf(stranger, addReply, { commentId, content: 'hello' })).toBe('FORBIDDEN')
    }
    await follow(bob, alice)
    await comment(social.subgraph, bob, sunset, 'from a friend')
    await reply(social.subgraph, bob, commentId, 'from a friend')
    await comment(social.subgraph, alice, sunset, 'from the author')
    expect(await contentsUnder(social.subgraph, sunset)).toEqual(['from the author', 'from a friend', 'from before'])
  })

  it('is nobody, not even the author; what was written stays, and can be deleted', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'from before')
    await act(alice, setPolicy, { videoId: sunset, policy: 'NOBODY' })
    for (const userId of [alice, bob]) {
      expect(await codeOf(userId, addComment, { videoId: sunset, content: 'hello' })).toBe('FORBIDDEN')
      expect(await codeOf(userId, addReply, { commentId, content: 'hello' })).toBe('FORBIDDEN')
    }
    expect(await contentsUnder(social.subgraph, sunset)).toEqual(['from before'])
    await act(alice, setPolicy, { videoId: sunset, policy: 'EVERYBODY' })
    await comment(social.subgraph, bob, sunset, 'again')
    expect(await contentsUnder(social.subgraph, sunset)).toEqual(['again', 'from before'])
  })

  it('is decided by the author alone', async () => {
    const variables = { videoId: sunset, policy: 'NOBODY' }
    expect(await codeOf(bob, setPolicy, variables)).toBe('FORBIDDEN')
    expect((await refusal(social.subgraph, administrator(carol), setPolicy, variables)).code).toBe('FORBIDDEN')
    expect((await refusal(social.subgraph, anonymous, setPolicy, variables)).code).toBe('UNAUTHENTICATED')
    expect(await codeOf(alice, setPolicy, { ...variables, videoId: social.newId() })).toBe('NOT_FOUND')
    await comment(social.subgraph, bob, sunset, 'still')
  })
})

describe('a pinned comment', () => {
  it('is one of the video, which stays in its place in the list', async () => {
    const first = await comment(social.subgraph, bob, sunset, 'first')
    const second = await comment(social.subgraph, carol, sunset, 'second')
    expect(await pinned()).toBeUndefined()
    expect(await act(alice, pin, { commentId: second.id })).toEqual({
      pinComment: { video: { id: sunset, pinnedComment: { content: 'second', isPinned: true } } },
    })
    await act(alice, pin, { commentId: first.id })
    expect(await pinned()).toBe('first')
    expect(await contentsUnder(social.subgraph, sunset)).toEqual(['second', 'first'])
    expect(await entities(social.subgraph, anonymous, 'Comment', [first.id, second.id], 'isPinned')).toEqual([
      { isPinned: true },
      { isPinned: false },
    ])
    await act(alice, unpin, { commentId: second.id })
    expect(await pinned(anew(anonymous))).toBe('first')
    await act(alice, unpin, { commentId: first.id })
    expect(await pinned(anew(anonymous))).toBeUndefined()
  })

  it('is chosen by the author of the video alone, and is no reply', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'mine')
    const { id: replyId } = await reply(social.subgraph, bob, commentId, 'more')
    expect(await codeOf(bob, pin, { commentId })).toBe('FORBIDDEN')
    expect((await refusal(social.subgraph, administrator(carol), pin, { commentId })).code).toBe('FORBIDDEN')
    expect((await refusal(social.subgraph, anonymous, pin, { commentId })).code).toBe('UNAUTHENTICATED')
    expect(await codeOf(alice, pin, { commentId: social.newId() })).toBe('NOT_FOUND')
    expect(await codeOf(alice, pin, { commentId: replyId })).toBe('BAD_USER_INPUT')
    expect(await codeOf(bob, unpin, { commentId })).toBe('FORBIDDEN')
    expect(await pinned()).toBeUndefined()
  })

  it('is gone when it is deleted, and not shown to who has blocked its author', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'mine')
    await act(alice, pin, { commentId })
    await act(carol, 'mutation ($id: ID!) { blockUser(input: { userId: $id }) { __typename } }', { id: bob })
    expect(await pinned(signedIn(carol))).toBeUndefined()
    expect(await pinned()).toBe('mine')
    await act(bob, 'mutation ($id: ID!) { deleteComment(input: { commentId: $id }) { commentId } }', { id: commentId })
    const { rows } = await social.sql.query('select pinned_comment_id from social.video_settings where video_id = $1', [
      sunset,
    ])
    expect(rows).toEqual([{ pinned_comment_id: null }])
    expect(await pinned(anew(anonymous))).toBeUndefined()
  })
})
