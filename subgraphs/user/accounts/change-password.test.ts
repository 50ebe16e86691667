import { afterAll, beforeAll, expect, it } from 'vitest'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { logsIn, registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'

let user: UserSubgraph
beforeAll(async () => {
  user = await startUserSubgraph()
})
afterAll(() => user[Symbol.asyncDispose]())

const change = `mutation ($from: String!, $to: String!) {
  changePassword(input: { currentPassword: $from, newPassword: $to }) { user { name } }
}`
const login =
  'mutation ($name: String!, $password: String!) { login(input: { name: $name, password: $password }) { token } }'
const active = 'query ($id: ID!) { activeSession(id: $id) { id } }'

async function isActive(sessionId: string): Promise<boolean> {
  const data = await ask<{ activeSession: object | null }>(user.subgraph, anonymous, active, { id: sessionId })
  return data.activeSession !== null
}

it('lets in with the new password, and no longer with the old one', async () => {
  const alice = await registers(user.subgraph, 'alice', 'old password')

  const data = await ask(user.subgraph, alice, change, { from: 'old password', to: 'new password' })

  expect(data).toEqual({ changePassword: { user: { name: 'alice' } } })
  await logsIn(user.subgraph, 'alice', 'new password')
  const refused = await refusal(user.subgraph, anonymous, login, { name: 'alice', password: 'old password' })
  expect(refused.code).toBe('UNAUTHENTICATED')
})

it('revokes every other session of the person and tells everyone, but keeps the one in use', async () => {
  const phone = await registers(user.subgraph, 'bob')
  const laptop = await logsIn(user.subgraph, 'bob')
  const tablet = await logsIn(user.subgraph, 'bob')
  const stranger = await registers(user.subgraph, 'stranger')

  await ask(user.subgraph, laptop, change, { from: 'password', to: 'new password' })

  const { sessionId } = laptop.viewer
  expect([...user.revoked].sort()).toEqual([phone.viewer.sessionId, tablet.viewer.sessionId].sort())
  expect(await Promise.all([phone, tablet].map(({ viewer }) => isActive(viewer.sessionId)))).toEqual([false, false])
  expect(await Promise.all([sessionId, stranger.viewer.sessionId].map(isActive))).toEqual([true, true])
})

it('changes nothing when the current password is wrong or the new one breaks the rules', async () => {
  const carol = await registers(user.subgraph, 'carol')
  const elsewhere = await logsIn(user.subgraph, 'carol')

  for (const [from, to, code] of [
    ['wrong', 'new password', 'FORBIDDEN'],
    ['password', 'four', 'BAD_USER_INPUT'],
    ['password', 'p'.repeat(33), 'BAD_USER_INPUT'],
  ]) {
    expect(await refusal(user.subgraph, carol, change, { from, to })).toMatchObject({ code })
  }

  expect(await isActive(elsewhere.viewer.sessionId)).toBe(true)
  await logsIn(user.subgraph, 'carol')
})

it('lets one of two changes win that start from the same password', async () => {
  const dave = await registers(user.subgraph, 'dave')

  const results = await Promise.all(
    ['first one', 'second one'].map((to) =>
      user.subgraph.execute({ query: change, variables: { from: 'password', to } }, dave),
    ),
  )

  const codes = results.map(({ errors }) => errors?.[0]?.extensions['code'] ?? 'accepted')
  expect(codes.sort()).toEqual(['FORBIDDEN', 'accepted'])
})

it('is for people who are signed in', async () => {
  const refused = await refusal(user.subgraph, anonymous, change, { from: 'password', to: 'new password' })
  expect(refused.code).toBe('UNAUTHENTICATED')
})
