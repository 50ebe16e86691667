import type { VideoTables } from '../../../db/ownership.ts'
import { openDatabase, type DatabaseAddress } from '../../../platform/postgres/database.ts'
import type { Logger } from '../../../platform/runtime/logger.ts'
import type { ScheduledJob } from '../../../platform/runtime/scheduled-job.ts'
import { startJobQueue, type JobQueue } from './queue.ts'
import { createJobRepository } from './repository.ts'

export interface ScheduledJobsOptions {
  /** Of the owner of the job queue. */
  readonly database: DatabaseAddress
  readonly jobs: readonly ScheduledJob[]
  readonly silenceMs?: number
  readonly log: Logger
}

/**
 * How far back a job is looked for that no process was there to begin, in milliseconds: every pattern names a moment within
 * an hour. However often a job was missed, it is done once.
 */
const lookBackMs = 60 * 60 * 1_000

/**
 * Does jobs when their time comes. Any number of processes may do so: the queue lets one of them have each job, a job whose
 * process died is begun anew by another, and what no process was there to do is done when one is.
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
    return {
      isAtWork: () => queue.isAtWork(),
      async [Symbol.asyncDispose]() {
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

async function perform({ name, work }: ScheduledJob, log: Logger): Promise<void> {
  try {
    log.debug({ job: name, count: await work() }, 'did a scheduled job')
  } catch (error) {
    log.warn({ err: error, job: name }, 'a scheduled job failed and runs again')
    throw error
  }
}
