import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { parseTokenKeys, verifyAccessToken } from '../../../platform/auth/access-token.ts'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { accessTokenKeys, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'
import { signRefreshToken } from './refresh-token.ts'

interface Tokens {
  readonly accessToken: string
  readonly expiresAt: string
  readonly refreshToken: string
  readonly user: { readonly id: string }
}

const tokens = 'accessToken expiresAt refreshToken user { id }'
const register = `mutation ($name: String!, $session: SessionKind! = REFRESHED) {
  register(input: { name: $name, password: "password", session: $session }) { ${tokens} }
}`
const refresh = `mutation ($refreshToken: String!) {
  refreshSession(input: { refreshToken: $refreshToken }) { ${tokens} }
}`

let user: UserSubgraph
let first: Tokens
let people = 0
beforeAll(async () => {
  user = await startUserSubgraph()
})
beforeEach(async () => {
  const variables = { name: `alice-${++people}` }
  first = (await ask<{ register: Tokens }>(user.subgraph, anonymous, register, variables)).register
})
afterAll(() => user[Symbol.asyncDispose]())

async function refreshes({ refreshToken }: Tokens): Promise<Tokens> {
  const data = await ask<{ refreshSession: Tokens }>(user.subgraph, anonymous, refresh, { refreshToken })
  return data.refreshSession
}

function isRefused(refreshToken: string) {
  return refusal(user.subgraph, anonymous, refresh, { refreshToken })
}

function sessionIdOf({ accessToken }: Tokens): string {
  return verifyAccessToken(accessTokenKeys, accessToken)?.sessionId ?? ''
}

async function isActive(of: Tokens): Promise<boolean> {
  const query = 'query ($id: ID!) { activeSession(id: $id) { id } }'
  const data = await ask<{ activeSession: object | null }>(user.subgraph, anonymous, query, { id: sessionIdOf(of) })
  return data.activeSession !== null
}

/** As if the last refresh were so many seconds ago. */
async function passes(seconds: number, { ...of }: Tokens): Promise<void> {
  await user.sql("update sessions set refreshed_at = refreshed_at - $2 * interval '1 second' where id = $1", [
    sessionIdOf(of),
    seconds,
  ])
}

it('answers the next tokens of the same session, and moves its end on', async () => {
  await user.sql("update sessions set expires_at = now() + interval '1 day' where id = $1", [sessionIdOf(first)])

  const second = await refreshes(first)

  expect(sessionIdOf(second)).toBe(sessionIdOf(first))
  expect(second.user).toEqual(first.user)
  expect(second.refreshToken).not.toBe(first.refreshToken)
  expect((Date.parse(second.expiresAt) - Date.now()) / 60_000).toBeCloseTo(15, 1)
  const [row] = await user.sql(
    'select round(extract(epoch from expires_at - now()) / 86400)::int as days from sessions where id = $1',
    [sessionIdOf(first)],
  )
  expect(row).toEqual({ days: 30 })
  const third = await refreshes(second)
  expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3)
})

it('has one effect however often the same token comes at once, and logs nobody out', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => refreshes(first)))

  const [second] = answers
  expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1)
  expect(await user.sql('select refresh_generation from sessions where id = $1', [sessionIdOf(first)])).toEqual([
    { refresh_generation: 1 },
  ])
  expect(second && (await refreshes(second))).toBeDefined()
})

it('answers the same again to a client that lost the answer', async () => {
  const second = await refreshes(first)
  await passes(29, first)

  expect((await refreshes(first)).refreshToken).toBe(second.refreshToken)
  expect(await isActive(first)).toBe(true)
})

it('revokes the session of a token that was replaced before, whoever sends it, and tells everyone', async () => {
  const second = await refreshes(first)
  await passes(31, first)

  expect(await isRefused(first.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' })

  expect(await isActive(first)).toBe(false)
  expect(user.revoked).toContain(sessionIdOf(first))
  expect(await isRefused(second.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' })
})

it('revokes the session of a token older than the one that was just replaced', async () => {
  const second = await refreshes(first)
  await refreshes(second)

  expect(await isRefused(first.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' })

  expect(await isActive(first)).toBe(false)
})

it('refuses what is no refresh token, and revokes nothing for it', async () => {
  await refreshes(first)
  const sessionId = sessionIdOf(first)
  const forged = signRefreshToken(parseTokenKeys(`test:${'x'.repeat(32)}`), { sessionId, generation: 0 })
  const unborn = signRefreshToken(accessTokenKeys, { sessionId, generation: 5 })

  for (const token of ['', 'nonsense', first.accessToken, forged, unborn]) {
    expect(await isRefused(token)).toMatchObject({ code: 'UNAUTHENTICATED' })
  }

  expect(await isActive(first)).toBe(true)
})

it('ends with its session', async () => {
  await user.sql("update sessions set expires_at = now() - interval '1 second' where id = $1", [sessionIdOf(first)])

  expect(await isRefused(first.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' })
})

it('is not to be had of a session whose token lasts', async () => {
  const variables = { name: `android-${people}`, session: 'LASTING' }
  const { register: android } = await ask<{ register: Tokens }>(user.subgraph, anonymous, register, variables)
  expect(android.refreshToken).toBeNull()

  const token = signRefreshToken(accessTokenKeys, { sessionId: sessionIdOf(android), generation: 0 })

  expect(await isRefused(token)).toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await isActive(android)).toBe(true)
})

it('goes on with the newest key after keys were replaced', async () => {
  await using turned = await startUserSubgraph({
    database: { url: user.databaseUrl },
    accessTokenKeys: new Map([...parseTokenKeys(`next:${'n'.repeat(32)}`), ...accessTokenKeys]),
  })
  const query = { query: refresh, variables: { refreshToken: first.refreshToken } }
  const { data } = await turned.subgraph.execute(query, anonymous)
  const second = (data as { refreshSession: Tokens } | null)?.refreshSession

  expect(second?.refreshToken).toMatch(/^next\./)
  expect(await isActive(first)).toBe(true)
})
