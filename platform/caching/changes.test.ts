import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { advanceClock, releaseClock, stopClock } from '../../testing/clock.ts'
import { createTestDatabase } from '../../testing/database.ts'
import { openFaultyProxy } from '../../testing/faulty-proxy.ts'
import { openChanges, type Changes } from './changes.ts'
import { openConnection } from '../postgres/database.ts'
import { createLogger } from '../runtime/logger.ts'
import { createReadThroughCache } from './read-through-cache.ts'
import { patience } from '../../testing/waiting.ts'

// The clock only moves when a test moves it, so nothing expires: what is read again was invalidated.
let database: Awaited<ReturnType<typeof createTestDatabase>>
let writer: pg.Client
let other: pg.Client
beforeAll(async () => {
  database = await createTestDatabase()
  ;[writer, other] = [new pg.Client(database.url), new pg.Client(database.url)]
  await Promise.all([writer.connect(), other.connect()])
})
afterAll(async () => {
  await Promise.all([writer.end(), other.end()])
  await database[Symbol.asyncDispose]()
})
beforeEach(async () => {
  stopClock()
  await writer.query('truncate social.video_counts, social.likes; delete from social.changes')
})
afterEach(async () => {
  releaseClock()
  await other.query('rollback')
})

const ttlMs = 100

function follow(url = database.url, connect = openConnection): Changes & AsyncDisposable {
  return openChanges({ database: { url }, schema: 'social', log: createLogger('silent', 'test'), connect })
}

/** A server that can be replaced by one with an older state: the transaction ids of each poll are reduced by an offset. */
function replaceableServer() {
  const server = { olderBy: 0n }
  const older = (snapshot: unknown) => String(snapshot).replace(/\d+/g, (id) => String(BigInt(id) - server.olderBy))
  const connect: typeof openConnection = async (options) => {
    const connection = await openConnection(options)
    return {
      ...connection,
      async query<Row extends readonly unknown[]>(text: string, values: readonly unknown[]) {
        const rows = await connection.query<Row>(text, values)
        return rows.map(([snapshot, ...rest]) => [older(snapshot), ...rest] as unknown as Row)
      },
    }
  }
  return Object.assign(server, { connect })
}

/** Caches likes of videos until they change. */
function keepCounts(changes: Changes) {
  const reads: string[] = []
  const mirror = createReadThroughCache<number>(
    async (ids) => {
      reads.push(...ids)
      const { rows } = await writer.query<{ id: string; count: number }>(
        'select video_id as id, favorite_count as count from social.video_counts where video_id = any($1::bigint[])',
        [ids],
      )
      return new Map(rows.map(({ id, count }) => [id, count]))
    },
    { name: 'test', ttlMs, max: 1_000, changes },
  )
  changes.listen('video_counts', mirror)
  return { reads, mirror, count: async (id: string) => (await mirror.get([id]))[0] }
}

/** Time goes on after the poll, because what is read at its very moment is not cached. */
async function isCurrent(changes: Changes): Promise<void> {
  await vi.waitUntil(() => changes.isCurrent(performance.now()), patience)
  advanceClock(1)
}
const shows = (count: () => Promise<number | null | undefined>, wanted: number | null) =>
  vi.waitUntil(async () => (await count()) === wanted, patience)
const add = (id: number, count: number, client = writer) =>
  client.query('insert into social.video_counts values ($1, $2, 0)', [id, count])
const change = (id: number, count: number, client = writer) =>
  client.query('update social.video_counts set favorite_count = $2 where video_id = $1', [id, count])

it('keeps what nobody changes, for longer than a moment', async () => {
  await add(1, 5)
  await using changes = follow()
  const { reads, count } = keepCounts(changes)
  await isCurrent(changes)
  // Changes before the first poll are reported to nobody.
  expect([await count('1'), await count('2')]).toEqual([5, null])
  advanceClock(10_000)
  await isCurrent(changes)
  expect([await count('1'), await count('2')]).toEqual([5, null])
  expect(reads).toEqual(['1', '2'])
})

it('shows whatever anybody changes: what comes, what is different, what goes, and what is not there any more', async () => {
  await using changes = follow()
  const { reads, count } = keepCounts(changes)
  await isCurrent(changes)
  expect([await count('1'), await count('2')]).toEqual([null, null])
  advanceClock(1)
  await add(1, 5)
  await shows(() => count('1'), 5)
  advanceClock(1)
  await change(1, 6)
  await shows(() => count('1'), 6)
  advanceClock(1)
  await writer.query('update social.video_counts set video_id = 3')
  await shows(() => count('1'), null)
  advanceClock(1)
  await writer.query('delete from social.video_counts')
  await shows(() => count('3'), null)
  // Without changes there is one new read, because nobody could tell what had changed.
  await add(4, 1)
  await shows(() => count('4'), 1)
  advanceClock(1)
  await writer.query('truncate social.video_counts')
  await shows(() => count('4'), null)
  expect(reads.filter((id) => id === '2')).toEqual(['2'])
})

it('hears of a transaction when it commits, however many looks and later transactions there were meanwhile', async () => {
  await using changes = follow()
  const { count } = keepCounts(changes)
  await Promise.all([add(1, 5), add(2, 5)])
  await isCurrent(changes)
  await other.query('begin')
  await change(1, 6, other)
  await change(2, 7)
  expect(await count('1')).toBe(5)
  await shows(() => count('2'), 7)
  advanceClock(1)
  await change(2, 8)
  await shows(() => count('2'), 8)
  expect(await count('1')).toBe(5)
  advanceClock(1)
  await other.query('commit')
  await shows(() => count('1'), 6)
})

it('keeps nothing of a read during which it hears of a change', async () => {
  await using changes = follow()
  const heard = vi.fn()
  changes.listen('video_counts', { forget: heard, forgetAll: heard })
  const ends: (() => void)[] = []
  let value = 'old'
  const mirror = createReadThroughCache<string>(
    async (ids) => {
      const seen = value
      await new Promise<void>((resolve) => ends.push(resolve))
      return new Map(ids.map((id) => [id, seen]))
    },
    { name: 'test', ttlMs, max: 10, changes },
  )
  changes.listen('video_counts', mirror)
  await isCurrent(changes)
  heard.mockClear()
  const before = mirror.get(['1'])
  const end = await vi.waitUntil(() => ends.shift(), patience)
  advanceClock(1)
  value = 'new'
  await add(1, 5)
  await vi.waitUntil(() => changes.isCurrent(performance.now()) && heard.mock.calls.length > 0, patience)
  advanceClock(1)
  end()
  expect(await before).toEqual(['old'])
  const after = mirror.get(['1'])
  ;(await vi.waitUntil(() => ends.shift(), patience))()
  expect(await after).toEqual(['new'])
})

it('misses nothing when its connection is ended', async () => {
  await using changes = follow()
  const { count } = keepCounts(changes)
  await add(1, 5)
  await isCurrent(changes)
  expect(await count('1')).toBe(5)
  advanceClock(1)
  await writer.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'social changes'`,
  )
  await change(1, 6)
  await shows(() => count('1'), 6)
})

it('shows nothing that is older than its moment while no look is answered', async () => {
  await using proxy = await openFaultyProxy(database.url)
  await using changes = follow(proxy.url)
  const { count } = keepCounts(changes)
  await add(1, 5)
  await isCurrent(changes)
  expect(await count('1')).toBe(5)
  proxy.freeze()
  await change(1, 6)
  advanceClock(399)
  // A poll that was in progress when everything stopped may have been answered.
  expect(await count('1')).toBeOneOf([5, 6])
  advanceClock(400)
  expect(await count('1')).toBe(6)
})

it('forgets everything when it may have missed something, and goes on', async () => {
  await using proxy = await openFaultyProxy(database.url)
  await using changes = follow(proxy.url)
  const { reads, count } = keepCounts(changes)
  await isCurrent(changes)
  expect(await count('1')).toBeNull()
  await proxy.shut()
  advanceClock(20_001)
  await add(1, 5)
  await writer.query('delete from social.changes')
  await proxy.open()
  await isCurrent(changes)
  expect(await count('1')).toBe(5)
  expect(reads).toEqual(['1', '1'])
  advanceClock(1)
  await change(1, 6)
  await shows(() => count('1'), 6)
})

it('forgets everything when the server is replaced by one with an older state', async () => {
  const server = replaceableServer()
  await add(1, 5)
  await using changes = follow(database.url, server.connect)
  const { count } = keepCounts(changes)
  await isCurrent(changes)
  expect(await count('1')).toBe(5)
  advanceClock(1)
  // The other server has lower transaction ids, and none of the rows written here.
  await writer.query('delete from social.changes')
  await writer.query('set session_replication_role = replica')
  await change(1, 4)
  await writer.query('set session_replication_role = origin')
  expect(await count('1')).toBe(5)
  // Ids are those of the whole server, where other tests write as well: the older state must be behind whatever they do.
  const { rows } = await writer.query<{ id: string }>('select pg_current_xact_id()::text as id')
  server.olderBy = BigInt(rows[0]?.id ?? '') - 10n
  await shows(() => count('1'), 4)
  // From then on it sees changes.
  advanceClock(1)
  await change(1, 6)
  await shows(() => count('1'), 6)
})

it('forgets everything when more was changed than anybody wants to know', async () => {
  await using changes = follow()
  const told = { forget: vi.fn(), forgetAll: vi.fn() }
  changes.listen('video_counts', told)
  await isCurrent(changes)
  told.forgetAll.mockClear()
  await writer.query('insert into social.video_counts select id, 1, 0 from generate_series(1, 1000) as id')
  await vi.waitUntil(() => changes.isCurrent(performance.now()) && told.forget.mock.calls.length === 5, patience)
  const ids = told.forget.mock.calls.flatMap(([some]) => some as string[])
  expect(ids.toSorted((one, two) => Number(one) - Number(two))).toEqual(
    Array.from({ length: 1_000 }, (_, index) => String(index + 1)),
  )
  expect(told.forgetAll).not.toHaveBeenCalled()
  await writer.query('insert into social.changes (kind, ids) select $1, array[1] from generate_series(1, 2001)', [
    'user_counts',
  ])
  await vi.waitUntil(() => changes.isCurrent(performance.now()) && told.forgetAll.mock.calls.length > 0, patience)
})

it('collects what everybody has seen long ago, and nothing else', async () => {
  await using changes = follow()
  await isCurrent(changes)
  await add(1, 5)
  const count = async () =>
    Number((await writer.query<{ count: string }>('select count(*) from social.changes')).rows[0]?.count)
  expect(await count()).toBe(1)
  for (let times = 0; times < 4; times++) {
    advanceClock(10_000)
    await isCurrent(changes)
  }
  expect(await count()).toBe(1)
  await add(2, 5)
  await vi.waitUntil(async () => {
    advanceClock(5_000)
    await isCurrent(changes)
    return (await count()) === 1
  }, patience)
})
