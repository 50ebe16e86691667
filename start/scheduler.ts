import { jobOwner } from '../db/ownership.ts'
import type { ScheduledJob } from '../platform/runtime/scheduled-job.ts'
import { scheduling, subgraphs, type SubgraphName } from '../subgraphs/registry.ts'
import type { Dependencies } from './dependencies.ts'
import { Stack } from './running.ts'

/** What does the scheduled jobs of every owner until it is disposed. */
export interface Scheduler extends AsyncDisposable {
  /** Rejects when it does no more jobs. */
  checkHealth(): Promise<void>
}

/**
 * Starts what does the scheduled jobs of the whole system, each with the rights of its owner. Several processes may: each job
 * is done once.
 */
export async function startScheduler(dependencies: Dependencies): Promise<Scheduler> {
  const { openDatabase } = await import('../platform/postgres/database.ts')
  const { startScheduledJobs } = await import('../subgraphs/video/jobs/scheduled-jobs.ts')
  const log = dependencies.log.child({ part: 'scheduler' })
  const stack = new Stack()

  async function jobsOf(owner: SubgraphName): Promise<readonly ScheduledJob[]> {
    const database = await dependencies.database(owner)
    const jobs = await subgraphs[owner].scheduledJobs?.(function open<Tables>() {
      const db = openDatabase<Tables>({
        ...database,
        schema: owner,
        name: `${owner} scheduler`,
        poolSize: 1,
        onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
      })
      stack.use({ [Symbol.asyncDispose]: () => db.destroy() })
      return db
    }, dependencies)
    return jobs ?? []
  }

  try {
    const jobs = (await Promise.all(scheduling.map(jobsOf))).flat()
    const queue = stack.use(await startScheduledJobs({ database: await dependencies.database(jobOwner), jobs, log }))
    return {
      checkHealth: () => (queue.isAtWork() ? Promise.resolve() : Promise.reject(new Error('no more jobs are done'))),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}
