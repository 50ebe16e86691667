import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { logsIn, registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'

let user: UserSubgraph
let alice: Awaited<ReturnType<typeof registers>>
beforeAll(async () => {
  user = await startUserSubgraph()
})
afterAll(() => user[Symbol.asyncDispose]())

let people = 0
beforeEach(async () => {
  alice = await registers(user.subgraph, `alice-${++people}`, 'password', { ...anonymous, userAgent: 'phone' })
})

interface Session {
  id: string
  user: { id: string }
  userAgent: string
  lastUsedAt: string
  expiresAt: string
  isCurrent: boolean
}

const active = 'query ($id: ID!) { activeSession(id: $id) { id user { id } lastUsedAt expiresAt } }'
const list = '{ sessions { id userAgent isCurrent user { id } } }'
const revoke = 'mutation ($id: ID!) { revokeSession(input: { sessionId: $id }) { sessionId } }'

async function activeSession(id: string): Promise<Session | null> {
  const data = await ask<{ activeSession: Session | null }>(user.subgraph, anonymous, active, { id })
  return data.activeSession
}

function age(sessionId: string, lastUsed: string, expires: string) {
  return user.sql(
    'update sessions set last_used_at = now() + $2::interval, expires_at = now() + $3::interval where id = $1',
    [sessionId, lastUsed, expires],
  )
}

function daysFromNow(moment: string | undefined): number {
  return (Date.parse(moment ?? '') - Date.now()) / 86_400_000
}

it('is active until it expires', async () => {
  const { sessionId, userId } = alice.viewer
  expect(await activeSession(sessionId)).toMatchObject({ id: sessionId, user: { id: userId } })

  await age(sessionId, '-30 days', '-1 second')

  expect(await activeSession(sessionId)).toBeNull()
  expect(await activeSession('999')).toBeNull()
})

it('moves its end on when it was not used for an hour', async () => {
  const { sessionId } = alice.viewer
  await age(sessionId, '-61 minutes', '5 days')

  const session = await activeSession(sessionId)

  expect(daysFromNow(session?.expiresAt)).toBeCloseTo(30, 2)
  expect(daysFromNow(session?.lastUsedAt)).toBeCloseTo(0, 2)
})

it('costs no write when it was used within the hour', async () => {
  const { sessionId } = alice.viewer
  await age(sessionId, '-59 minutes', '5 days')
  user.takeQueries()

  const session = await activeSession(sessionId)

  expect(daysFromNow(session?.expiresAt)).toBeCloseTo(5, 2)
  expect(user.takeQueries().filter((sql) => !sql.startsWith('select'))).toEqual([])
})

it('is written once when many calls find it unused for an hour', async () => {
  const { sessionId } = alice.viewer
  await age(sessionId, '-61 minutes', '5 days')

  const sessions = await Promise.all(Array.from({ length: 8 }, () => activeSession(sessionId)))

  expect(sessions.map((session) => session?.id)).toEqual(Array(8).fill(sessionId))
  const again = await activeSession(sessionId)
  expect(daysFromNow(again?.expiresAt)).toBeCloseTo(30, 2)
})

it('lists the valid sessions of the viewer alone, the most recently used first', async () => {
  const name = `alice-${people}`
  const laptop = await logsIn(user.subgraph, name, 'password', { ...anonymous, userAgent: 'laptop' })
  const expired = await logsIn(user.subgraph, name)
  await registers(user.subgraph, `stranger-${people}`)
  await age(alice.viewer.sessionId, '-1 day', '5 days')
  await age(expired.viewer.sessionId, '-30 days', '-1 second')

  const { sessions } = await ask<{ sessions: Session[] }>(user.subgraph, alice, list)

  const { userId } = alice.viewer
  expect(sessions).toEqual([
    { id: laptop.viewer.sessionId, userAgent: 'laptop', isCurrent: false, user: { id: userId } },
    { id: alice.viewer.sessionId, userAgent: 'phone', isCurrent: true, user: { id: userId } },
  ])
})

it('ends with a logout, which everyone is told of', async () => {
  const { sessionId } = alice.viewer
  const logout = 'mutation { logout { sessionId } }'

  expect(await ask(user.subgraph, alice, logout)).toEqual({ logout: { sessionId } })

  expect(await activeSession(sessionId)).toBeNull()
  expect(user.revoked).toContain(sessionId)
  expect(await ask(user.subgraph, alice, logout)).toEqual({ logout: { sessionId } })
  expect(user.revoked.filter((id) => id === sessionId)).toHaveLength(1)
})

it('can be revoked from another session of the same person', async () => {
  const lost = await logsIn(user.subgraph, `alice-${people}`)
  const { sessionId } = lost.viewer

  expect(await ask(user.subgraph, alice, revoke, { id: sessionId })).toEqual({ revokeSession: { sessionId } })

  expect(await activeSession(sessionId)).toBeNull()
  expect(await activeSession(alice.viewer.sessionId)).not.toBeNull()
  expect(user.revoked).toContain(sessionId)
})

it('ends everywhere at once when a person wishes it', async () => {
  const laptop = await logsIn(user.subgraph, `alice-${people}`)
  const stranger = await registers(user.subgraph, `stranger-${people}`)
  const mine = [alice, laptop].map(({ viewer }) => viewer.sessionId)

  const { revokeAllSessions } = await ask<{ revokeAllSessions: { sessionIds: string[] } }>(
    user.subgraph,
    laptop,
    'mutation { revokeAllSessions { sessionIds } }',
  )

  expect([...revokeAllSessions.sessionIds].sort()).toEqual([...mine].sort())
  expect(await Promise.all(mine.map(activeSession))).toEqual([null, null])
  expect(await activeSession(stranger.viewer.sessionId)).not.toBeNull()
  expect(user.revoked).toEqual(expect.arrayContaining(mine))
})

it('cannot be revoked by anybody else', async () => {
  const mallory = await registers(user.subgraph, `mallory-${people}`)
  const { sessionId } = alice.viewer

  expect(await refusal(user.subgraph, mallory, revoke, { id: sessionId })).toMatchObject({ code: 'NOT_FOUND' })

  expect(await activeSession(sessionId)).not.toBeNull()
  expect(user.revoked).not.toContain(sessionId)
})

it('is nothing for callers without a token', async () => {
  for (const query of [
    list,
    'mutation { logout { sessionId } }',
    'mutation { revokeSession(input: { sessionId: "1" }) { sessionId } }',
    'mutation { revokeAllSessions { sessionIds } }',
  ]) {
    expect(await refusal(user.subgraph, anonymous, query)).toMatchObject({ code: 'UNAUTHENTICATED' })
  }
})

it('is named by an id and nothing else', async () => {
  expect(await refusal(user.subgraph, signedIn('1'), revoke, { id: 'mine' })).toMatchObject({ code: 'BAD_USER_INPUT' })
  expect(await refusal(user.subgraph, anonymous, active, { id: "1' or true" })).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
})
