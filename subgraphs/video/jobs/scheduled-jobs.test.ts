import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest'
import { createLogger } from '../../../platform/runtime/logger.ts'
import type { ScheduledJob } from '../../../platform/runtime/scheduled-job.ts'
import { createTestDatabase } from '../../../testing/database.ts'
import { serviceSettings } from '../../../testing/network.ts'
import { startProcess } from '../../../testing/system-process.ts'
import { startScheduledJobs } from './scheduled-jobs.ts'

const log = createLogger('silent', 'test')
const minuteMs = 60_000
const long = { timeout: 30_000 }

let database: Awaited<ReturnType<typeof createTestDatabase>>
let beside: pg.Client
beforeAll(async () => {
  database = await createTestDatabase()
  beside = new pg.Client(database.url)
  await beside.connect()
})
beforeEach(async () => {
  await beside.query('truncate graphile_worker._private_jobs, graphile_worker._private_known_crontabs')
})
afterAll(async () => {
  await beside.end()
  await database[Symbol.asyncDispose]()
})

/** A process that does jobs. */
function startProcessOf(jobs: readonly ScheduledJob[]): Promise<AsyncDisposable> {
  return startScheduledJobs({ database: { url: database.url }, jobs, silenceMs: 1_000, log })
}

/** Has a job been known for hours, and done for the last time so many minutes ago. */
async function wasDone(name: string, minutesAgo: number): Promise<void> {
  await beside.query(
    `insert into graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
     values ($1, now() - interval '5 hours', date_trunc('minute', now()) - $2 * interval '1 minute')`,
    [name, minutesAgo],
  )
}

/** The crontab pattern of one minute of each hour: that of so many minutes ago, or from now. */
function minuteOf(minutes: number): string {
  return `${new Date(Date.now() + minutes * minuteMs).getUTCMinutes()} * * * *`
}

async function jobsLeft(): Promise<number> {
  return (await beside.query('select from graphile_worker._private_jobs')).rows.length
}

it('does a job once that was missed, however many processes come back', long, async () => {
  let done = 0
  const job = { name: 'count', pattern: minuteOf(-10), work: () => Promise.resolve(++done) }
  await wasDone('count', 70)
  const processes = await Promise.all([job, job, job].map((each) => startProcessOf([each])))
  await expect.poll(() => done, long).toBe(1)
  await expect.poll(jobsLeft, long).toBe(0)
  // Whoever comes later finds it done.
  processes.push(await startProcessOf([job]))
  expect(await jobsLeft()).toBe(0)
  expect(done).toBe(1)
  for (const each of processes) await each[Symbol.asyncDispose]()
})

it('does a job once more, not once for each time, when it was missed many times', long, async () => {
  let done = 0
  let begin: () => void = () => undefined
  const isKnown = new Promise<void>((resolve) => (begin = resolve))
  await wasDone('count', 50)
  await using _process = await startProcessOf([
    { name: 'count', pattern: '*/2 * * * *', work: () => isKnown.then(() => ++done) },
  ])
  const missed = async () => {
    const { rows } = await beside.query<{ missed: boolean }>(
      `select last_execution < now() - interval '3 minutes' as missed from graphile_worker._private_known_crontabs`,
    )
    return rows[0]?.missed
  }
  await expect.poll(missed, long).toBe(false)
  begin()
  await expect.poll(jobsLeft, long).toBe(0)
  // The first may have begun before the others were known.
  expect([1, 2]).toContain(done)
})

it('does a job at its time, by one of three processes', { timeout: 150_000 }, async () => {
  let done = 0
  // The minute after next, as the next may begin while they start.
  const job = { name: 'tick', pattern: minuteOf(1), work: () => Promise.resolve(++done) }
  const processes = await Promise.all([job, job, job].map((each) => startProcessOf([each])))
  await expect.poll(() => done, { timeout: 130_000 }).toBe(1)
  const { rows } = await beside.query(
    'select last_execution is not null as done from graphile_worker._private_known_crontabs',
  )
  expect(rows).toEqual([{ done: true }])
  for (const each of processes) await each[Symbol.asyncDispose]()
  expect(done).toBe(1)
})

it('tries a job again that failed', long, async () => {
  let attempts = 0
  await wasDone('fails', 70)
  await using _process = await startProcessOf([
    {
      name: 'fails',
      pattern: minuteOf(-10),
      work: () => (++attempts === 1 ? Promise.reject(new Error('not now')) : Promise.resolve(0)),
    },
  ])
  await expect.poll(() => attempts, long).toBe(2)
  await expect.poll(jobsLeft, long).toBe(0)
})

it('begins a job anew whose process died', long, async () => {
  await beside.query(`select graphile_worker.add_job('count', '{}', job_key => 'count')`)
  await beside.query(
    `update graphile_worker._private_jobs set attempts = 1, locked_by = 'gone', locked_at = now() - interval '1 minute'`,
  )
  let done = 0
  await using _process = await startProcessOf([
    { name: 'count', pattern: '0 0 1 1 *', work: () => Promise.resolve(++done) },
  ])
  await expect.poll(() => done, long).toBe(1)
  await expect.poll(jobsLeft, long).toBe(0)
})

it(
  'a worker process does the jobs of user and video, each with the rights of its owner',
  { timeout: 60_000 },
  async () => {
    await beside.query(`
    insert into "user".session_changes (session_id, changed_at) values (1, now() - interval '2 hours');
    insert into video.uploads (id, owner_id, expires_at) values (1, 7, now() - interval '1 day');
    insert into "user".accounts (id, name, password_hash, banned_at, ban_reason) values (7, 'bob', '', now(), 'spam');
    insert into video.videos (id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height,
        published_at)
      values (2, 7, '', '', '', '', 1, 1, 1, 1, now())`)
    for (const name of ['forget-session-changes', 'collect-uploads', 'follow-bans']) await wasDone(name, 120)
    await using worker = startProcess('worker', {
      ...serviceSettings(database.url),
      REDIS_URL: inject('services').redisUrl,
    })
    await worker.line(/ listens on /)
    const left = async () => {
      const { rows } = await beside.query<{ left: string }>(`
      select (select count(*) from "user".session_changes where session_id = 1)
        + (select count(*) from video.uploads) + (select count(*) from video.videos where not is_hidden) as left`)
      return Number(rows[0]?.left)
    }
    await expect.poll(left, long).toBe(0)
  },
)
