import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Call } from '../../platform/graphql/call.ts'
import { Unavailable } from '../../platform/runtime/errors.ts'
import type { SubgraphClient } from '../execution/subgraph-client.ts'
import { rememberSessions, type KnownSessions } from './known-sessions.ts'

const call: Call = {
  token: null,
  language: 'en',
  origin: 'http://o',
  clientAddress: '192.0.2.1',
  userAgent: 'u',
  requestId: 'r',
}
const [sessionId, userId] = ['11', '1']

/** The user subgraph with one session, whose answers and failures the test controls. */
class UserSubgraph implements SubgraphClient {
  expiresAtMs = Date.now() + 86_400_000
  isRevoked = false
  isAway = false
  lookUps = 0
  /** Every `since` argument it was called with. */
  readonly polls: unknown[] = []
  /** Runs during the next look-up, after the session was read. */
  meanwhile: () => Promise<void> = () => Promise.resolve()
  #changes = 0

  revoke(): void {
    this.isRevoked = true
    this.#changes++
  }

  async execute({ query, variables }: Parameters<SubgraphClient['execute']>[0]) {
    if (this.isAway) return { errors: [new Unavailable()] }
    if (query.includes('sessionChanges')) {
      const since = variables?.['since'] as string | null
      this.polls.push(since)
      const sessionIds = since !== null && Number(since) < this.#changes ? [sessionId] : []
      return { data: { sessionChanges: { sessionIds, upTo: String(this.#changes) } } }
    }
    this.lookUps++
    const expiresAt = new Date(this.expiresAtMs).toISOString()
    const activeSession = this.isRevoked || this.expiresAtMs <= Date.now() ? null : { expiresAt, user: { id: userId } }
    await this.meanwhile()
    return { data: { activeSession } }
  }
}

let user: UserSubgraph
let sessions: KnownSessions
beforeEach(async () => {
  vi.useFakeTimers()
  user = new UserSubgraph()
  // No broadcast arrives, as when Redis is down.
  sessions = rememberSessions({ user, broadcast: undefined, max: 10 })
  await vi.advanceTimersByTimeAsync(0)
})
afterEach(async () => {
  await sessions[Symbol.asyncDispose]()
  vi.useRealTimers()
})

const isActive = async (): Promise<boolean> => (await sessions.findActive(sessionId, userId, call)) !== null

it('costs no look-up for minutes', async () => {
  for (let call = 0; call < 100; call++) {
    expect(await isActive()).toBe(true)
    await vi.advanceTimersByTimeAsync(2_500)
  }
  expect(user.lookUps).toBe(1)
})

it('holds a revocation within a second although nothing is heard of it', async () => {
  await isActive()
  user.revoke()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await isActive()).toBe(false)
})

it('does not keep an answer that a revocation overtook', async () => {
  user.meanwhile = async () => {
    user.revoke()
    await vi.advanceTimersByTimeAsync(1_000)
  }
  await isActive()
  expect(await isActive()).toBe(false)
})

it('asks for changes only while it remembers a session, and misses none in between', async () => {
  expect(user.polls).toEqual([null])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(user.polls).toEqual([null])
  await isActive()
  user.revoke()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await isActive()).toBe(false)
})

it('forgets everything when it has not heard of changes for longer than they are kept', async () => {
  await vi.advanceTimersByTimeAsync(29 * 60_000)
  await isActive()
  user.isAway = true
  await vi.advanceTimersByTimeAsync(2 * 60_000)
  user.isAway = false
  await vi.advanceTimersByTimeAsync(1_000)
  expect(user.polls.filter((since) => since === null)).toHaveLength(2)
  await isActive()
  expect(user.lookUps).toBe(2)
})

it('believes nobody for long whose changes it cannot ask for', async () => {
  await isActive()
  user.isAway = true
  await vi.advanceTimersByTimeAsync(9_000)
  expect(await isActive()).toBe(true)
  await vi.advanceTimersByTimeAsync(2_000)
  await expect(isActive()).rejects.toThrow(Unavailable)
  user.isAway = false
  expect(await isActive()).toBe(true)
})

it('knows when a session ends by itself, and whether its end has moved on', async () => {
  user.expiresAtMs = Date.now() + 10_000
  await isActive()
  await vi.advanceTimersByTimeAsync(9_999)
  expect(await isActive()).toBe(true)
  expect(user.lookUps).toBe(1)
  user.expiresAtMs = Date.now() + 10_000
  await vi.advanceTimersByTimeAsync(1)
  expect(await isActive()).toBe(true)
  expect(user.lookUps).toBe(2)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await isActive()).toBe(false)
})
