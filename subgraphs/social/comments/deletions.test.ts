import { afterAll, beforeAll, expect, it } from 'vitest'
import { administrator, anew, anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { comment, contentsUnder } from '../../../testing/comments.ts'
import { startTestSocial, type TestSocial } from '../../../testing/social.ts'

let social: TestSocial

beforeAll(async () => {
  social = await startTestSocial()
})

afterAll(() => social[Symbol.asyncDispose]())

const deleteComment = `mutation ($commentId: ID!) {
  deleteComment(input: { commentId: $commentId }) { commentId video { id commentCount } }
}`

it('records what only an administrator may delete, with the reason', async () => {
  const [alice, bob] = [social.newId(), social.newId()]
  const sunset = await social.publish(alice)
  const remove = `mutation ($commentId: ID!, $reason: String) {
    deleteComment(input: { commentId: $commentId, reason: $reason }) { commentId }
  }`
  const admin = administrator(bob)
  const ids: string[] = []
  for (const [userId, caller, reason] of [
    [bob, admin, 'my own'],
    [alice, signedIn(alice), 'not an administrator'],
    [alice, admin, ' rude '],
    [alice, admin, null],
  ] as const) {
    const { id: commentId } = await comment(social.subgraph, userId, sunset, 'goes')
    expect(await ask(social.subgraph, caller, remove, { commentId, reason })).toEqual({ deleteComment: { commentId } })
    ids.push(commentId)
  }
  const log = '{ reportAuditLog { edges { node { action subjectId reason actor { id } } } } }'
  const entry = { action: 'DELETE_COMMENT', actor: { id: bob } }
  expect(await ask(social.subgraph, admin, log)).toEqual({
    reportAuditLog: {
      edges: [
        { node: { ...entry, subjectId: ids[3], reason: '' } },
        { node: { ...entry, subjectId: ids[2], reason: 'rude' } },
      ],
    },
  })
  const { id: commentId } = await comment(social.subgraph, alice, sunset, 'stays')
  expect(await refusal(social.subgraph, admin, remove, { commentId, reason: 'x'.repeat(501) })).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
})

it("deletes one's own comment, and any under one's own video", async () => {
  const [alice, bob] = [social.newId(), social.newId()]
  const sunset = await social.publish(alice)
  const [first, second] = [
    await comment(social.subgraph, bob, sunset, 'first'),
    await comment(social.subgraph, bob, sunset, 'second'),
  ]
  expect(await ask(social.subgraph, signedIn(bob), deleteComment, { commentId: first.id })).toEqual({
    deleteComment: { commentId: first.id, video: { id: sunset, commentCount: 1 } },
  })
  expect(await ask(social.subgraph, signedIn(alice), deleteComment, { commentId: second.id })).toEqual({
    deleteComment: { commentId: second.id, video: { id: sunset, commentCount: 0 } },
  })
  expect(await contentsUnder(social.subgraph, sunset)).toEqual([])
})

it("keeps somebody else's comment, also from the author of another video", async () => {
  const [alice, bob, carol] = [social.newId(), social.newId(), social.newId()]
  const sunset = await social.publish(alice)
  await social.publish(carol)
  const { id: commentId } = await comment(social.subgraph, bob, sunset, 'nice')
  expect(await refusal(social.subgraph, signedIn(carol), deleteComment, { commentId })).toEqual({
    code: 'FORBIDDEN',
    message: "You cannot delete another user's comment.",
  })
  expect(await refusal(social.subgraph, anonymous, deleteComment, { commentId })).toMatchObject({
    code: 'UNAUTHENTICATED',
  })
  expect(await contentsUnder(social.subgraph, sunset)).toEqual(['nice'])
})

it('refuses to delete no comment', async () => {
  const alice = signedIn(social.newId())
  expect(await refusal(social.subgraph, alice, deleteComment, { commentId: social.newId() })).toEqual({
    code: 'NOT_FOUND',
    message: 'This comment does not exist.',
  })
  expect(await refusal(social.subgraph, alice, deleteComment, { commentId: '-1' })).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
})

it.each(['through one process', 'through two'])('lets one of two deletes win, and counts it once, %s', async (way) => {
  const [alice, bob] = [social.newId(), social.newId()]
  const sunset = await social.publish(alice)
  await comment(social.subgraph, alice, sunset, 'stays')
  const elsewhere = way === 'through two' ? await social.startProcess() : social.subgraph
  for (let round = 0; round < 20; round++) {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'goes')
    const operation = { query: deleteComment, variables: { commentId } }
    const answers = await Promise.all([
      social.subgraph.execute(operation, signedIn(alice)),
      elsewhere.execute(operation, signedIn(bob)),
    ])
    const codes = answers.flatMap(({ errors = [] }) => errors.map((error) => error.extensions['code']))
    expect(codes).toEqual(['NOT_FOUND'])
  }
  // Others may see for a moment what this process read before the other one deleted the last comment.
  expect(await contentsUnder(social.subgraph, sunset, anew(anonymous))).toEqual(['stays'])
})

it('deletes together what may go, and refuses the rest each for itself', async () => {
  const [alice, bob] = [social.newId(), social.newId()]
  const [sunset, sunrise] = [await social.publish(alice), await social.publish(bob)]
  const [his, hers] = [
    await comment(social.subgraph, bob, sunset, 'his'),
    await comment(social.subgraph, alice, sunrise, 'hers'),
  ]
  const others = await comment(social.subgraph, social.newId(), sunrise, "somebody else's")
  social.takeQueries()
  const remove = (userId: string, commentId: string) =>
    social.subgraph.execute({ query: deleteComment, variables: { commentId } }, signedIn(userId))
  const answers = await Promise.all([
    remove(alice, his.id),
    remove(alice, others.id),
    remove(alice, social.newId()),
    remove(bob, hers.id),
    remove(bob, hers.id),
  ])
  expect(social.takeQueries().filter((sql) => sql.includes('delete from comments'))).toHaveLength(1)
  const codes = answers.map(({ errors }) => errors?.[0]?.extensions['code'])
  expect(codes).toEqual([undefined, 'FORBIDDEN', 'NOT_FOUND', undefined, 'NOT_FOUND'])
  expect(await contentsUnder(social.subgraph, sunset)).toEqual([])
  expect(await contentsUnder(social.subgraph, sunrise)).toEqual(["somebody else's"])
})

it("deletes anybody's for an administrator, and counts it", async () => {
  const sunset = await social.publish(social.newId())
  const { id: commentId } = await comment(social.subgraph, social.newId(), sunset, 'spam')
  await comment(social.subgraph, social.newId(), sunset, 'nice')
  await ask(social.subgraph, administrator(social.newId()), deleteComment, { commentId })
  expect(await contentsUnder(social.subgraph, sunset)).toEqual(['nice'])
})
