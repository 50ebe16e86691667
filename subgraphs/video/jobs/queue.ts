import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import {
  Logger as QueueLogger,
  parseCronItems,
  run,
  type CronItem,
  type Job as QueuedJob,
  type Runner,
  type WorkerEvents,
} from 'graphile-worker'
import type { Logger } from '../../../platform/runtime/logger.ts'
import { openPool, type DatabaseAddress } from '../../../platform/postgres/database.ts'
import { repeat } from '../../../platform/runtime/repeat.ts'
import type { JobRepository } from './repository.ts'

/** What a task gets besides its payload. */
export interface Job {
  /** Whether this is the last attempt. */
  readonly isLastAttempt: boolean
  /** Aborted when the process stops. */
  readonly signal: AbortSignal
}

/** Runs a job. It may run again, also concurrently, and is retried when it rejects. */
export type Task = (payload: unknown, job: Job) => Promise<void>

export interface JobQueueOptions {
  readonly database: DatabaseAddress
  readonly jobs: JobRepository
  /** By the names under which jobs are enqueued. */
  readonly tasks: Readonly<Record<string, Task>>
  /** Which of them are enqueued when, once for all processes. */
  readonly schedule?: readonly CronItem[]
  /** Called as often as the queue says that it is alive. */
  readonly lookAfter?: () => Promise<void>
  /** How many jobs run concurrently. */
  readonly concurrency: number
  /**
   * After how many milliseconds without a heartbeat a worker counts as dead; heartbeats are sent four times as often. Default
   * 20 s.
   */
  readonly silenceMs?: number | undefined
  /** How often retries are looked for, in milliseconds; new jobs are announced by the database. Default 2 s. */
  readonly pollIntervalMs?: number | undefined
  readonly log: Logger
}

/**
 * Runs jobs until it is disposed. Jobs in progress are then aborted and returned to the queue, without counting as an attempt.
 */
export interface JobQueue extends AsyncDisposable {
  /** Whether jobs are still running. */
  readonly isAtWork: () => boolean
}

/** How long to wait before a queue that stopped by itself is restarted, in milliseconds. */
const firstPauseMs = 100
const longestPauseMs = 10_000

/** Runs jobs, new ones at once, until it is disposed. Recovers after an outage of its database. */
export async function startJobQueue(options: JobQueueOptions): Promise<JobQueue> {
  const { jobs, concurrency, silenceMs = 20_000, pollIntervalMs = 2_000, log } = options
  const pgPool = openPool({
    ...options.database,
    schema: 'video',
    // One connection listens for new jobs.
    poolSize: concurrency + 1,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  const workerIds = new Set<string>()
  const interrupted: { readonly id: string; readonly attempts: number }[] = []
  const stopping = new AbortController()
  const isStopping = (): boolean => stopping.signal.aborted

  /** A worker that cannot report the result of a job stops itself: it is replaced, and its job is released for others. */
  async function startQueue(): Promise<Runner> {
    const events = new EventEmitter() as WorkerEvents
    const own: string[] = []
    events.on('worker:create', ({ worker }) => {
      own.push(worker.workerId)
      workerIds.add(worker.workerId)
    })
    let hasFailed = false
    events.on('worker:fatalError', ({ error }) => {
      if (hasFailed) return
      hasFailed = true
      log.warn({ err: error }, 'a job worker stopped and is replaced')
      void current.stop().catch(() => undefined)
    })
    const current = await run({
      pgPool,
      concurrency,
      pollInterval: pollIntervalMs,
      taskList: taskList(options.tasks, (job) => void (isStopping() && interrupted.push(job))),
      parsedCronItems: parseCronItems([...(options.schedule ?? [])]),
      events,
      noHandleSignals: true,
      gracefulShutdownAbortTimeout: 0,
      logger: new QueueLogger(() => (level: string, message) => log[level === 'error' ? 'warn' : 'debug'](message)),
    })
    void current.promise
      .catch((error: unknown) => log.warn({ err: error }, 'the job queue stopped'))
      .finally(() => {
        for (const id of isStopping() ? [] : own) workerIds.delete(id)
        void replace()
      })
    return current
  }

  async function replace(): Promise<void> {
    isAtWork = false
    for (let pauseMs = firstPauseMs; !isStopping(); pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (isStopping()) return
      try {
        queue = await startQueue()
        isAtWork = true
        if (isStopping()) await queue.stop()
        return
      } catch (error) {
        log.warn({ err: error }, 'the job queue could not start; trying again')
      }
    }
  }

  let isAtWork = false
  let queue = await startQueue()
  isAtWork = true
  const care = repeat(silenceMs / 4, async () => {
    try {
      await jobs.beat([...workerIds])
      await jobs.releaseAbandoned(silenceMs)
      await options.lookAfter?.()
    } catch (error) {
      log.warn({ err: error }, 'could not maintain the job queue')
    }
  })

  return {
    isAtWork: () => isAtWork,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      if (isAtWork) await queue.stop().catch(() => undefined)
      await care[Symbol.asyncDispose]()
      try {
        await jobs.restore(interrupted)
        await jobs.leave([...workerIds])
      } finally {
        await pgPool.end()
      }
    },
  }
}

function taskList(tasks: JobQueueOptions['tasks'], onInterrupted: (job: QueuedJob) => void) {
  const entries = Object.entries(tasks).map(([name, task]) => {
    const perform = async (payload: unknown, { job, abortSignal }: { job: QueuedJob; abortSignal?: AbortSignal }) => {
      const signal = abortSignal ?? new AbortController().signal
      try {
        await task(payload, { isLastAttempt: job.attempts >= job.max_attempts, signal })
      } catch (error) {
        if (signal.aborted) onInterrupted(job)
        throw error
      }
    }
    return [name, perform] as const
  })
  return Object.fromEntries(entries)
}
