import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { administrator, anonymous, ask, signedIn } from '../../../testing/callers.ts'
import { comment, reply } from '../../../testing/comments.ts'
import { startTestSocial, type TestSocial } from '../../../testing/social.ts'

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

const nameOf = (userId: string): string => `person ${userId}`
const to = (mutation: string, userId: string) => `mutation { ${mutation}(input: { userId: ${userId} }) { __typename } }`

async function mentionsIn(commentId: string, caller = anonymous): Promise<unknown> {
  const { comments } = await ask<{ comments: { mentions: unknown }[] }>(
    social.subgraph,
    caller,
    'query ($ids: [ID!]!) { comments(ids: $ids) { mentions { user { id } offset length } } }',
    { ids: [commentId] },
  )
  return comments[0]?.mentions
}

interface Told {
  readonly kind: string
  readonly actors: readonly { readonly id: string }[]
  readonly comment: { readonly content: string } | null
}
async function toldTo(userId: string): Promise<Told[]> {
  const { notifications } = await ask<{ notifications: { edges: { node: Told }[] } }>(
    social.subgraph,
    signedIn(userId),
    '{ notifications { edges { node { kind actors { id } comment { content } } } } }',
  )
  return notifications.edges.map(({ node }) => node)
}
/** What is stored, whether it is shown or not. */
async function storedFor(userId: string): Promise<string[]> {
  const { rows } = await social.sql.query<{ kind: string }>(
    'select kind from social.notifications where recipient_id = $1 order by kind',
    [userId],
  )
  return rows.map(({ kind }) => kind)
}

describe('mentions in comments and replies', () => {
  it('are of the users who have the name, by id, and stay under a new name', async () => {
    const text = `🐱 @${nameOf(bob)}, @${nameOf(carol)} and @nobody at x@${nameOf(bob)}`
    const { id } = await comment(social.subgraph, alice, sunset, text)
    const expected = [bob, carol].map((userId) => ({
      user: { id: userId },
      offset: text.indexOf(`@${nameOf(userId)}`),
      length: 1 + nameOf(userId).length,
    }))
    expect(await mentionsIn(id)).toEqual(expected)
    await social.sql.query(`update "user".accounts set name = 'renamed ' || id where id = $1`, [bob])
    expect(await mentionsIn(id)).toEqual(expected)
    const answer = await reply(social.subgraph, carol, id, `@${nameOf(alice)}`)
    expect(await mentionsIn(answer.id)).toEqual([{ user: { id: alice }, offset: 0, length: 1 + nameOf(alice).length }])
    expect(await mentionsIn((await comment(social.subgraph, alice, sunset, 'no @ here')).id)).toEqual([])
  })

  it.each(['blockUser', 'muteUser'])('are not of whom the viewer keeps away by %s', async (mutation) => {
    const { id } = await comment(social.subgraph, alice, sunset, `@${nameOf(bob)} @${nameOf(carol)}`)
    const [dora = ''] = await social.register(1)
    await ask(social.subgraph, signedIn(dora), to(mutation, bob))
    expect(await mentionsIn(id, signedIn(dora))).toMatchObject([{ user: { id: carol } }])
  })

  it('notify each user once, with the comment, and the author of the video or of what is answered of that alone', async () => {
    const content = `@${nameOf(bob)} @${nameOf(bob)} @${nameOf(alice)} @${nameOf(carol)}`
    const { id } = await comment(social.subgraph, carol, sunset, content)
    expect(await toldTo(bob)).toEqual([{ kind: 'MENTION', actors: [{ id: carol }], comment: { content } }])
    expect(await toldTo(alice)).toMatchObject([{ kind: 'COMMENT' }])
    expect(await toldTo(carol)).toEqual([])
    await reply(social.subgraph, bob, id, `@${nameOf(carol)} @${nameOf(alice)}`)
    expect(await toldTo(carol)).toMatchObject([{ kind: 'REPLY', actors: [{ id: bob }] }])
    expect(await toldTo(alice)).toMatchObject([{ kind: 'MENTION', actors: [{ id: bob }] }, { kind: 'COMMENT' }])
  })

  it.each([
    ['blocked the author', 'blockUser', () => [bob, carol] as const],
    ['muted the author', 'muteUser', () => [bob, carol] as const],
    ['was blocked by the author', 'blockUser', () => [carol, bob] as const],
  ])('notify nobody who %s', async (_, mutation, pair) => {
    const [owner, other] = pair()
    await ask(social.subgraph, signedIn(owner), to(mutation, other))
    await comment(social.subgraph, carol, sunset, `@${nameOf(bob)}`)
    expect(await storedFor(bob)).toEqual([])
  })

  it('are gone with the comment, whoever deletes it, and with the comment that is replied to', async () => {
    const remove = (caller: ReturnType<typeof signedIn>, commentId: string) =>
      ask(
        social.subgraph,
        caller,
        'mutation ($commentId: ID!) { deleteComment(input: { commentId: $commentId }) { commentId } }',
        { commentId },
      )
    const text = `@${nameOf(bob)}`
    for (const caller of [signedIn(carol), signedIn(alice), administrator(carol)]) {
      const { id } = await comment(social.subgraph, carol, sunset, text)
      expect(await storedFor(bob)).toEqual(['MENTION'])
      await remove(caller, id)
      expect(await storedFor(bob)).toEqual([])
    }
    const { id } = await comment(social.subgraph, alice, sunset, 'above')
    await reply(social.subgraph, carol, id, text)
    expect(await storedFor(bob)).toEqual(['MENTION'])
    await remove(signedIn(alice), id)
    expect(await storedFor(bob)).toEqual([])
  })

  it('of comments that come together are looked up by one statement, and none without an @', async () => {
    social.takeQueries()
    await Promise.all([
      comment(social.subgraph, alice, sunset, `@${nameOf(bob)}`),
      comment(social.subgraph, bob, sunset, `@${nameOf(carol)} hm`),
      comment(social.subgraph, carol, sunset, 'plain'),
    ])
    const queries = social.takeQueries()
    expect(queries.filter((sql) => sql.includes('public_names'))).toHaveLength(1)
    await comment(social.subgraph, carol, sunset, 'plain')
    const plain = social.takeQueries()
    expect(plain.filter((sql) => sql.includes('public_names') || sql.includes('jsonb_to_recordset'))).toEqual([])
  })
})
