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
    const [open, services] = await Promise.all([
      // Takes longer than all services, and needs none of them.
      loadDoors(options.environment),
      startServices(options.environment, options.print).then((started) => stack.use(started)),
    ])
    const { environment } = services
    await migrate(environment.DATABASE_URL)
    if (environment.TRANSCODE_CONCURRENCY > 0) {
      const { startMediaWorker } = await import('./media-worker.ts')
      stack.use(await startMediaWorker(stack.use(openGround(environment, options.log))))
    }
    const { restUrl, graphqlUrl } = stack.use(await open({ ...options, environment }))
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
async function loadDoors(
  environment: Environment,
): Promise<(options: AllInOneOptions) => Promise<Doors & AsyncDisposable>> {
  return environment.PROCESSES === 1
    ? (await import('./doors.ts')).openDoors
    : (await import('./cluster.ts')).openSharedDoors
}
