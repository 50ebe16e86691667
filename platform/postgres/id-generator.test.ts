import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { UserTables } from '../../db/ownership.ts'
import { createTestDatabase } from '../../testing/database.ts'
import { leaseIdGenerator, type IdGenerator, type IdShare } from './id-generator.ts'
import { isId } from '../graphql/ids.ts'
import { createLogger } from '../runtime/logger.ts'
import { openDatabase } from './database.ts'

const log = createLogger('silent', 'test')
const hourMs = 3_600_000
const heartbeatMs = 10_000
const refused = expect.objectContaining({
  extensions: expect.objectContaining({ code: 'UNAVAILABLE' }) as object,
}) as Error

let database: Awaited<ReturnType<typeof createTestDatabase>>
let db: Kysely<UserTables>
const leased: IdGenerator[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  const onConnectionError = (error: Error): void => log.warn({ err: error }, 'a database connection broke')
  db = openDatabase<UserTables>({ url: database.url, schema: 'user', poolSize: 4, onConnectionError })
})
beforeEach(async () => {
  await sql`update id_workers set holder = null, leased_until = '-infinity', reserved_until_ms = 0`.execute(db)
})
afterEach(async () => {
  vi.useRealTimers()
  for (const ids of leased.splice(0)) await ids[Symbol.asyncDispose]()
})
afterAll(async () => {
  await db.destroy()
  await database[Symbol.asyncDispose]()
})

async function lease(share: IdShare = 0): Promise<IdGenerator> {
  const ids = await leaseIdGenerator(db, share, log)
  leased.push(ids)
  return ids
}

/** Puts the clock, `performance.now()` and the heartbeat under the test's control, but not the database driver's timers. */
function takeTheClock(): void {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] })
}

function stepClock(ms: number): void {
  vi.setSystemTime(Date.now() + ms)
}

async function workers(): Promise<{ worker: number; reservedUntilMs: string; leasedUntil: unknown }[]> {
  const { rows } = await sql<{ worker: number; reservedUntilMs: string; leasedUntil: unknown }>`
    select worker, reserved_until_ms, leased_until from id_workers where holder is not null order by worker`.execute(db)
  return rows
}

/** Changes tables with rights that the owner's role does not have. */
async function administer(statement: string): Promise<void> {
  const admin = new pg.Client(database.url)
  await admin.connect()
  await admin.query(statement)
  await admin.end()
}

/** Triggers the next heartbeat and waits for the database's answer to it. */
async function heartbeat(): Promise<void> {
  const before = await workers()
  vi.advanceTimersByTime(heartbeatMs)
  await vi.waitFor(async () => expect(await workers()).not.toEqual(before), { timeout: 60_000, interval: 20 })
}

function take(ids: IdGenerator, count: number): number[] {
  return Array.from({ length: count }, () => Number(ids.next()))
}

function workerOf(id: number | undefined): number {
  return Math.floor((id ?? NaN) / 128) % 32
}

function expectIncreasing(ids: readonly number[]): void {
  expect(ids.findIndex((id, index) => index > 0 && id <= (ids[index - 1] ?? 0))).toBe(-1)
}

it('makes ids that strictly increase and are exact numbers in JSON, also in a rush', async () => {
  const ids = await lease()
  const texts = Array.from({ length: 20_000 }, () => ids.next())

  expectIncreasing(texts.map(Number))
  expect(texts.every(isId)).toBe(true)
})

it('never makes an id that another generator makes', async () => {
  const generators = await Promise.all([lease(), lease(), lease()])

  const all = generators.flatMap((ids) => take(ids, 5_000))

  expect(new Set(all).size).toBe(15_000)
  expect(new Set(all.map(workerOf)).size).toBe(3)
})

it('never makes an id of another share, though both hold the same worker in the same millisecond', async () => {
  takeTheClock()
  const made: number[] = []
  for (const share of [0, 1, 2, 3] as const) {
    await sql`update id_workers set leased_until = '-infinity', reserved_until_ms = 0 where worker = 5`.execute(db)
    await sql`update id_workers set leased_until = 'infinity' where worker <> 5`.execute(db)
    made.push(...take(await lease(share), 2_000))
  }
  expect(new Set(made.map(workerOf))).toEqual(new Set([5]))
  expect(new Set(made).size).toBe(8_000)
})

it('never repeats an id when the clock steps back', async () => {
  takeTheClock()
  const ids = await lease()
  const before = take(ids, 1_000)
  stepClock(-hourMs)

  expectIncreasing([...before, ...take(ids, 1_000)])
})

it('goes on after a step back of the clock for as long as it takes', async () => {
  takeTheClock()
  const ids = await lease()
  stepClock(59_999)
  const before = take(ids, 1)
  stepClock(-hourMs)

  expect(() => take(ids, 1_000)).toThrow(refused)
  await heartbeat()
  expectIncreasing([...before, ...take(ids, 1_000)])
})

it('refuses while the clock is ahead of what is reserved, and goes on when it is right again', async () => {
  takeTheClock()
  const ids = await lease()
  const before = take(ids, 10)
  stepClock(hourMs)
  expect(() => ids.next()).toThrow(refused)

  stepClock(-hourMs)

  expectIncreasing([...before, ...take(ids, 10)])
})

it('starts behind everything that a crashed process may have made, even with an earlier clock', async () => {
  takeTheClock()
  const crashed = await lease()
  stepClock(59_000)
  const before = take(crashed, 1_000)
  stepClock(-hourMs)
  await sql`update id_workers set leased_until = '-infinity' where holder is not null`.execute(db)
  await sql`update id_workers set leased_until = 'infinity' where holder is null`.execute(db)

  const restarted = await lease()

  const after = take(restarted, 1_000)
  expect(workerOf(after[0])).toBe(workerOf(before[0]))
  expectIncreasing([...before, ...after])
})

it('starts behind everything that a stopped process has made, even with an earlier clock', async () => {
  takeTheClock()
  const stopped = await lease()
  const before = take(stopped, 1_000)
  await stopped[Symbol.asyncDispose]()
  await sql`update id_workers set leased_until = 'infinity' where worker <> ${workerOf(before[0])}`.execute(db)
  stepClock(-hourMs)

  expectIncreasing([...before, ...take(await lease(), 1_000)])
})

it('keeps its lease alive as time goes by', async () => {
  takeTheClock()
  const ids = await lease()
  const made: number[] = []
  for (let beat = 0; beat < 12; beat++) {
    made.push(...take(ids, 10))
    await heartbeat()
  }

  expectIncreasing(made)
  expect(new Set(made.map(workerOf)).size).toBe(1)
})

it('refuses after half a minute without a heartbeat', async () => {
  takeTheClock()
  const ids = await lease()
  await administer('alter table "user".id_workers rename to id_workers_away')
  vi.advanceTimersByTime(29_000)
  take(ids, 10)
  vi.advanceTimersByTime(1_000)

  expect(() => ids.next()).toThrow(refused)
  await administer('alter table "user".id_workers_away rename to id_workers')
  vi.advanceTimersByTime(heartbeatMs)
  await vi.waitFor(() => take(ids, 10), { timeout: 60_000, interval: 20 })
})

it('takes another worker when it lost its own, and its ids go on to increase', async () => {
  takeTheClock()
  await sql`update id_workers set leased_until = 'infinity' where worker <> 7`.execute(db)
  const ids = await lease()
  const before = take(ids, 50)
  await sql`update id_workers set leased_until = '-infinity' where worker = 3`.execute(db)
  await sql`update id_workers set holder = gen_random_uuid() where worker = 7`.execute(db)
  stepClock(-hourMs)

  await heartbeat()

  const after = take(ids, 50)
  expect([workerOf(before[0]), workerOf(after[0])]).toEqual([7, 3])
  expectIncreasing([...before, ...after])
})

it('refuses once it was stopped', async () => {
  const ids = await lease()
  await ids[Symbol.asyncDispose]()

  expect(() => ids.next()).toThrow(refused)
})

it('does not start when all workers are taken', async () => {
  await sql`update id_workers set leased_until = 'infinity'`.execute(db)

  await expect(lease()).rejects.toEqual(refused)
})
