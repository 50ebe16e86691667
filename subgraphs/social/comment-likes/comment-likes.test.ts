import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { anew, anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { comment, reply } from '../../../testing/comments.ts'
import { findMiscounts } from '../../../testing/miscounts.ts'
import { entities, startTestSocial, type TestSocial } from '../../../testing/social.ts'

let social: TestSocial
let [alice, bob, carol] = ['', '', '']
let commentId: string

beforeAll(async () => {
  social = await startTestSocial()
})
beforeEach(async () => {
  ;[alice = '', bob = '', carol = ''] = await social.register(3)
  commentId = (await comment(social.subgraph, bob, await social.publish(alice), 'nice')).id
})
afterAll(() => social[Symbol.asyncDispose]())

const change = (mutation: 'likeComment' | 'unlikeComment') =>
  `mutation ($commentId: ID!) { ${mutation}(input: { commentId: $commentId }) { comment { id likeCount isLiked } } }`
const [like, unlike] = [change('likeComment'), change('unlikeComment')]
const shown = (caller = anonymous, id = commentId) =>
  entities(social.subgraph, caller, 'Comment', [id], 'likeCount isLiked')

describe('likes of comments', () => {
  it('are counted once however often they are sent, and shown to the viewer who gave them', async () => {
    for (let times = 0; times < 3; times++) {
      expect(await ask(social.subgraph, signedIn(carol), like, { commentId })).toEqual({
        likeComment: { comment: { id: commentId, likeCount: 1, isLiked: true } },
      })
    }
    await ask(social.subgraph, signedIn(bob), like, { commentId })
    expect(await shown(signedIn(alice))).toEqual([{ likeCount: 2, isLiked: false }])
    expect(await shown()).toEqual([{ likeCount: 2, isLiked: false }])
    for (let times = 0; times < 2; times++) await ask(social.subgraph, signedIn(carol), unlike, { commentId })
    expect(await shown(anew(signedIn(carol)))).toEqual([{ likeCount: 1, isLiked: false }])
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('are given to replies as well', async () => {
    const { id } = await reply(social.subgraph, carol, commentId, 'indeed')
    await ask(social.subgraph, signedIn(alice), like, { commentId: id })
    expect(await shown(signedIn(alice), id)).toEqual([{ likeCount: 1, isLiked: true }])
    expect(await shown(signedIn(alice))).toEqual([{ likeCount: 0, isLiked: false }])
  })

  it('are refused for no comment, without a token and across a block; what was given can be taken back', async () => {
    await ask(social.subgraph, signedIn(carol), like, { commentId })
    await ask(social.subgraph, signedIn(bob), `mutation { blockUser(input: { userId: ${carol} }) { __typename } }`)
    await ask(social.subgraph, signedIn(carol), unlike, { commentId })
    const codeOf = async (caller: typeof anonymous, id: string) =>
      (await refusal(social.subgraph, caller, like, { commentId: id })).code
    expect(await codeOf(signedIn(carol), commentId)).toBe('FORBIDDEN')
    expect(await codeOf(signedIn(alice), social.newId())).toBe('NOT_FOUND')
    expect(await codeOf(signedIn(alice), 'nonsense')).toBe('BAD_USER_INPUT')
    expect(await codeOf(anonymous, commentId)).toBe('UNAUTHENTICATED')
    expect(await shown()).toEqual([{ likeCount: 0, isLiked: false }])
  })

  it('stay exact when many come together through two processes', async () => {
    const crowd = await social.register(40)
    const [here, elsewhere] = [social.subgraph, await social.startProcess()]
    await Promise.all(
      crowd.flatMap((userId, index) =>
        [like, unlike, like].map((query) =>
          (index % 2 === 0 ? here : elsewhere).execute({ query, variables: { commentId } }, signedIn(userId)),
        ),
      ),
    )
    expect(await findMiscounts(social.sql)).toEqual([])
  })
})
