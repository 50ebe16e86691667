import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyAccessToken } from '../../../platform/auth/access-token.ts'
import { verifyRefreshToken } from '../sessions/refresh-token.ts'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { accessTokenKeys, registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'

let user: UserSubgraph
beforeAll(async () => {
  user = await startUserSubgraph()
})
afterAll(() => user[Symbol.asyncDispose]())

const register = `mutation ($name: String!, $password: String!) {
  register(input: { name: $name, password: $password }) {
    accessToken expiresAt refreshToken user { id name createdAt }
  }
}`

interface Registered {
  register: {
    accessToken: string
    expiresAt: string
    refreshToken: string | null
    user: { id: string; name: string; createdAt: string }
  }
}

function sessionOf(id: string | undefined) {
  return user.sql(
    'select user_agent, round(extract(epoch from expires_at - created_at) / 86400)::int as days from sessions where id = $1',
    [id],
  )
}

function refused(name: string, password = 'password') {
  return refusal(user.subgraph, anonymous, register, { name, password })
}

it('answers the new person and the tokens of a session', async () => {
  const data = await ask<Registered>(user.subgraph, anonymous, register, { name: 'alice', password: 'password' })

  const { accessToken, expiresAt, refreshToken, user: alice } = data.register
  expect(alice).toMatchObject({ name: 'alice', id: expect.stringMatching(/^[1-9][0-9]{14,15}$/) as string })
  const claims = verifyAccessToken(accessTokenKeys, accessToken)
  expect(claims?.userId).toBe(alice.id)
  const minutes = (Date.parse(expiresAt) - Date.parse(alice.createdAt)) / 60_000
  expect(minutes).toBeCloseTo(15, 1)
  expect(claims?.expiresAtMs).toBe(Math.floor(Date.parse(expiresAt) / 1_000) * 1_000)
  expect(verifyRefreshToken(accessTokenKeys, refreshToken ?? '')).toMatchObject({ sessionId: claims?.sessionId })
  expect(await sessionOf(claims?.sessionId)).toEqual([{ user_agent: 'test', days: 30 }])
})

it('answers one token for as long as the session lasts to a client that cannot refresh', async () => {
  const lasting = register.replace('$password }', '$password, session: LASTING }')
  const data = await ask<Registered>(user.subgraph, anonymous, lasting, { name: 'android', password: 'password' })

  const { accessToken, expiresAt, refreshToken, user: android } = data.register
  const claims = verifyAccessToken(accessTokenKeys, accessToken)
  expect(claims).toMatchObject({ userId: android.id, expiresAtMs: null })
  expect(refreshToken).toBeNull()
  const days = (Date.parse(expiresAt) - Date.parse(android.createdAt)) / 86_400_000
  expect(days).toBeCloseTo(30, 3)
  expect(await sessionOf(claims?.sessionId)).toEqual([{ user_agent: 'test', days: 30 }])
})

it.each([
  ['32 letters', 'a'.repeat(32)],
  ['32 Chinese characters', '春'.repeat(32)],
  ['32 characters outside the basic plane', '🎬'.repeat(32)],
  ['a single one', 'x'],
  ['spaces and quotes', ` it's "free" text; -- `],
])('accepts a name of %s', async (_, name) => {
  const caller = await registers(user.subgraph, name)

  const { viewer } = await ask<{ viewer: { name: string } }>(user.subgraph, caller, '{ viewer { name } }')
  expect(viewer.name).toBe(name)
})

it.each([
  ['33 letters', 'a'.repeat(33)],
  ['33 Chinese characters', '春'.repeat(33)],
  ['33 characters outside the basic plane', '🎬'.repeat(33)],
  ['nothing', ''],
  ['a NUL', 'al\0ice'],
  ['half a character', 'al\ud800ice'],
])('refuses a name of %s', async (_, name) => {
  expect(await refused(name)).toMatchObject({ code: 'BAD_USER_INPUT' })
})

it('accepts passwords of 5 to 32 characters, and no others', async () => {
  await registers(user.subgraph, 'five', 'abcde')
  await registers(user.subgraph, 'thirty-two', '密'.repeat(32))

  expect(await refused('four', 'abcd')).toMatchObject({ code: 'BAD_USER_INPUT' })
  expect(await refused('thirty-three', '密'.repeat(33))).toMatchObject({ code: 'BAD_USER_INPUT' })
  expect(await user.sql("select name from accounts where name in ('four', 'thirty-three')")).toEqual([])
})

it('refuses a name that is taken', async () => {
  await registers(user.subgraph, 'bob')

  expect(await refused('bob', 'another password')).toEqual({
    code: 'ALREADY_EXISTS',
    message: 'This name is already taken.',
  })
})

it('gives a name to one of those who want it at the same time', async () => {
  const attempts = Array.from({ length: 5 }, () =>
    user.subgraph.execute({ query: register, variables: { name: 'coveted', password: 'password' } }, anonymous),
  )
  const results = await Promise.all(attempts)

  const codes = results.map(({ errors }) => errors?.[0]?.extensions['code'] ?? 'accepted')
  expect(codes.sort()).toEqual([...Array<string>(4).fill('ALREADY_EXISTS'), 'accepted'])
  const [counted] = await user.sql(
    `select count(*)::int as sessions from sessions join accounts on accounts.id = user_id where name = 'coveted'`,
  )
  expect(counted).toEqual({ sessions: 1 })
})

it('keeps no password, only its argon2id hash', async () => {
  await registers(user.subgraph, 'careful', 'correct horse battery')

  const [account] = await user.sql("select password_hash from accounts where name = 'careful'")
  expect(account?.['password_hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})
