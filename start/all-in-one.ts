import { migrate } from '../db/migrate.ts'
import type { Environment } from '../platform/environment.ts'
import type { Logger } from '../platform/logger.ts'
import { openGround } from './ground.ts'
import type { Doors } from './people.ts'
import { Stack, type Running } from './running.ts'
import { startServices } from './services.ts'

export interface AllInOneOptions {
  readonly environment: Environment
  readonly log: Logger
  /** Receives lines for the person who started it. */
  readonly print: (line: string) => void
  /** Called after each SQL statement of this process. */
  readonly onQuery?: (sql: string) => void
}

export interface AllInOne extends Running, Doors {
  readonly ffmpegPath: string
}

/**
 * Starts the whole system: whatever service the settings do not name, and the doors, in this process or in several that
 * share them.
 *
 * @throws CannotStart and WrongSetting with one line for the person who starts it; whatever was started is stopped.
 */
export async function startAllInOne(options: AllInOneOptions): Promise<AllInOne> {
  const stack = new Stack()
  try {
    const services = stack.use(await startServices(options.environment, options.print))
    const { environment } = services
    await migrate(environment.DATABASE_URL)
    if (environment.TRANSCODE_CONCURRENCY > 0) {
      const { startMediaWorker } = await import('./media-worker.ts')
      stack.use(await startMediaWorker(stack.use(openGround(environment, options.log))))
    }
    const { restUrl, graphqlUrl } = stack.use(await openDoorsOfAll({ ...options, environment }))
    return {
      restUrl,
      graphqlUrl,
      ffmpegPath: environment.FFMPEG_PATH,
      addresses: [
        { name: 'REST', url: `${restUrl}/douyin/` },
        { name: 'GraphQL', url: graphqlUrl },
      ],
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

/** Only the code that this process runs is loaded. */
async function openDoorsOfAll(options: AllInOneOptions): Promise<Doors & AsyncDisposable> {
  if (options.environment.PROCESSES === 1) {
    const { openDoors } = await import('./doors.ts')
    return openDoors(options)
  }
  const { openSharedDoors } = await import('./cluster.ts')
  return openSharedDoors(options)
}
