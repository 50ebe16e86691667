import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { openDatabase, type DatabaseAddress } from '../../../platform/postgres/database.ts'
import { oldestJob } from '../../../platform/metrics/measured.ts'
import type { Logger } from '../../../platform/runtime/logger.ts'
import type { ScheduledJob } from '../../../platform/runtime/scheduled-job.ts'
import { startJobQueue, type JobQueue } from './queue.ts'
import { createJobRepository } from './repository.ts'

export interface ScheduledJobsOptions {
  /** The owner of the job queue. */
  readonly database: DatabaseAddress
  readonly jobs: readonly ScheduledJob[]
  readonly silenceMs?: number
  readonly log: Logger
}

/**
 * How far back missed jobs are looked for, in milliseconds: every pattern matches a time within an hour. A job that was missed
 * several times runs once.
 */
const lookBackMs = 60 * 60 * 1_000

/**
 * Runs jobs at their scheduled times. Any number of processes may call it: the queue gives each job to one of them, a job whose
 * process died is run again by another, and jobs that were missed while no process ran are run when one starts.
 */
export async function startScheduledJobs({ database, jobs, silenceMs, log }: ScheduledJobsOptions): Promise<JobQueue> {
  const db = openDatabase<VideoTables>({
    ...database,
    schema: 'video',
    poolSize: 1,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  try {
    const queue = await startJobQueue({
      database,
      jobs: createJobRepository(db),
      tasks: Object.fromEntries(jobs.map((job) => [job.name, () => perform(job, log)])),
      schedule: jobs.map(({ name, pattern }) => ({
        task: name,
        match: pattern,
        options: { backfillPeriod: lookBackMs, jobKey: name },
      })),
      concurrency: 1,
      silenceMs,
      log,
    })
    const watched = oldestJob.watch({}, () => secondsOfOldest(db))
    return {
      isAtWork: () => queue.isAtWork(),
      async [Symbol.asyncDispose]() {
        watched[Symbol.dispose]()
        try {
          await queue[Symbol.asyncDispose]()
        } finally {
          await db.destroy()
        }
      },
    }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

/** How long the oldest job waits that could be done now, in seconds; null when the database does not answer. */
async function secondsOfOldest(db: Kysely<VideoTables>): Promise<number | null> {
  try {
    const { rows } = await sql<{ seconds: number }>`
      select coalesce(extract(epoch from now() - min(run_at)), 0)::float8 as seconds from graphile_worker.jobs
      where locked_at is null and run_at <= now() and attempts < max_attempts`.execute(db)
    return rows[0]?.seconds ?? null
  } catch {
    return null
  }
}

async function perform({ name, work }: ScheduledJob, log: Logger): Promise<void> {
  try {
    log.debug({ job: name, count: await work() }, 'did a scheduled job')
  } catch (error) {
    log.warn({ err: error, job: name }, 'a scheduled job failed and runs again')
    throw error
  }
}
