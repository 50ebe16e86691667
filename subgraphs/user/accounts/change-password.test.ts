import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyAccessToken } from '../../../platform/auth/access-token.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import {
  accessTokenKeys,
  logsIn,
  registers,
  startUserSubgraph,
  type UserSubgraph,
} from '../../../testing/user-subgraph.ts'

let user: UserSubgraph
beforeAll(async () => {
  user = await startUserSubgraph()
})
afterAll(() => user[Symbol.asyncDispose]())

const change = `mutation ($from: String!, $to: String!) {
  changePassword(input: { currentPassword: $from, newPassword: $to }) {
    accessToken refreshToken user { name }
  }
}`
interface Changed {
  changePassword: { accessToken: string; refreshToken: string | null; user: { name: string } }
}

const login =
  'mutation ($name: String!, $password: String!) { login(input: { name: $name, password: $password }) { accessToken } }'
const active = 'query ($id: ID!) { activeSession(id: $id) { id } }'

async function isActive(sessionId: string): Promise<boolean> {
  const data = await ask<{ activeSession: object | null }>(user.subgraph, anonymous, active, { id: sessionId })
  return data.activeSession !== null
}

it('lets in with the new password, and no longer with the old one', async () => {
  const alice = await registers(user.subgraph, 'alice', 'old password')

  const data = await ask<Changed>(user.subgraph, alice, change, { from: 'old password', to: 'new password' })

  expect(data).toMatchObject({ changePassword: { user: { name: 'alice' } } })
  await logsIn(user.subgraph, 'alice', 'new password')
  const refused = await refusal(user.subgraph, anonymous, login, { name: 'alice', password: 'old password' })
  expect(refused.code).toBe('UNAUTHENTICATED')
})

it('revokes every session of the person, tells everyone, and opens a new one for the client that asked', async () => {
  const phone = await registers(user.subgraph, 'bob')
  const laptop = await logsIn(user.subgraph, 'bob')
  const tablet = await logsIn(user.subgraph, 'bob')
  const stranger = await registers(user.subgraph, 'stranger')

  const { changePassword } = await ask<Changed>(user.subgraph, laptop, change, { from: 'password', to: 'new password' })

  const old = [phone, laptop, tablet].map(({ viewer }) => viewer.sessionId)
  expect(user.revoked).toEqual(expect.arrayContaining(old))
  expect(await Promise.all(old.map(isActive))).toEqual([false, false, false])
  expect(await isActive(stranger.viewer.sessionId)).toBe(true)
  const current = verifyAccessToken(accessTokenKeys, changePassword.accessToken)
  expect(current?.userId).toBe(laptop.viewer.userId)
  expect(await isActive(current?.sessionId ?? '')).toBe(true)
  expect(changePassword.refreshToken).not.toBeNull()
})

it('leaves a client that cannot refresh with a token that lasts', async () => {
  const login = `mutation { login(input: { name: "frank", password: "password", session: LASTING }) { accessToken } }`
  await registers(user.subgraph, 'frank')
  const data = await ask<{ login: { accessToken: string } }>(user.subgraph, anonymous, login)
  const android = verifyAccessToken(accessTokenKeys, data.login.accessToken)
  if (!android) throw new Error('the access token is not valid')

  const caller = signedIn(android.userId, android.sessionId)
  const { changePassword } = await ask<Changed>(user.subgraph, caller, change, { from: 'password', to: 'new password' })

  expect(changePassword.refreshToken).toBeNull()
  expect(verifyAccessToken(accessTokenKeys, changePassword.accessToken)?.expiresAtMs).toBeNull()
})

it('does nothing for a session that was revoked a moment ago', async () => {
  const grace = await registers(user.subgraph, 'grace')
  await ask(user.subgraph, grace, 'mutation { logout { sessionId } }')

  const refused = await refusal(user.subgraph, grace, change, { from: 'password', to: 'new password' })

  expect(refused.code).toBe('UNAUTHENTICATED')
  await logsIn(user.subgraph, 'grace')
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
