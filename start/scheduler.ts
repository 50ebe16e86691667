import type { Owner, UserTables, VideoTables } from '../db/ownership.ts'
import type { Dependencies } from './dependencies.ts'
import { Stack } from './running.ts'

/** What does the scheduled jobs of every owner until it is disposed. */
export interface Scheduler extends AsyncDisposable {
  /** Rejects when it does no more jobs. */
  checkHealth(): Promise<void>
}

/** Whose jobs there are; video owns the queue as well. */
export const ownersOfJobs = ['user', 'video'] as const satisfies readonly Owner[]

/**
 * Starts what does the scheduled jobs of the whole system, each with the rights of its owner. Several processes may: each job
 * is done once.
 */
export async function startScheduler(ground: Dependencies): Promise<Scheduler> {
  const { openDatabase } = await import('../platform/postgres/database.ts')
  const { scheduledUserJobs } = await import('../subgraphs/user/scheduled-jobs.ts')
  const { scheduledVideoJobs } = await import('../subgraphs/video/scheduled-jobs.ts')
  const { startScheduledJobs } = await import('../subgraphs/video/jobs/scheduled-jobs.ts')
  const log = ground.log.child({ part: 'scheduler' })
  const stack = new Stack()

  async function open<Tables>(owner: (typeof ownersOfJobs)[number]) {
    const db = openDatabase<Tables>({
      ...(await ground.database(owner)),
      schema: owner,
      poolSize: 1,
      onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
    })
    stack.use({ [Symbol.asyncDispose]: () => db.destroy() })
    return db
  }

  try {
    await ground.objectStore.prepare()
    const queue = stack.use(
      await startScheduledJobs({
        database: await ground.database('video'),
        jobs: [
          ...scheduledUserJobs(await open<UserTables>('user')),
          ...scheduledVideoJobs(await open<VideoTables>('video'), ground.objectStore),
        ],
        log,
      }),
    )
    return {
      checkHealth: () => (queue.isAtWork() ? Promise.resolve() : Promise.reject(new Error('no more jobs are done'))),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}
