import { migrate } from '../db/migrate.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { sayUnenforced } from './database.ts'
import { openDependencies } from './dependencies.ts'
import type { WebSource } from '../web/output.ts'
import type { ServerUrls } from './people.ts'
import { choosePort, usualPorts, type PortSetting } from './ports.ts'
import { Stack, type Running } from './running.ts'
import { serviceHost, startServices } from './services.ts'
import { openWeb } from './web-client.ts'

export interface AllInOneOptions {
  readonly environment: Environment
  readonly log: Logger
  /** Prints lines for the operator. */
  readonly print: (line: string) => void
  /** Called after each SQL statement of this process. */
  readonly onQuery?: (sql: string) => void
  /** Whether the web client is built again whenever it changes; only where one process serves. */
  readonly watchesWeb?: boolean
}

export interface AllInOne extends Running, ServerUrls {
  readonly ffmpegPath: string
  readonly servesWeb: boolean
}

/**
 * Starts the whole system: the services that the settings do not name, and the HTTP servers, in this process or in several
 * workers that share them.
 *
 * @throws CannotStart and WrongSetting with one line for the operator; everything already started is stopped.
 */
export async function startAllInOne(options: AllInOneOptions): Promise<AllInOne> {
  const stack = new Stack()
  try {
    const given = await choosePorts(options)
    const [open, services, web] = await Promise.all([
      // Takes longer than starting all services, and needs none of them.
      loadServers(given),
      startServices(given, options.print).then((started) => stack.use(started)),
      options.watchesWeb === true ? watchWebIn(stack, options.print) : openWeb(given, options.log),
    ])
    const { environment } = services
    const { unenforced } = await migrate(environment.DATABASE_URL)
    if (unenforced !== undefined) options.print(sayUnenforced(unenforced))
    const dependencies = stack.use(openDependencies(environment, options.log))
    const { startScheduler } = await import('./scheduler.ts')
    stack.use(await startScheduler(dependencies))
    if (environment.TRANSCODE_CONCURRENCY > 0) {
      const { startMediaWorker } = await import('./media-worker.ts')
      stack.use(await startMediaWorker(dependencies))
    }
    const urls = stack.use(await open({ ...options, environment, web }))
    const { restUrl, graphqlUrl } = urls
    return {
      restUrl,
      graphqlUrl,
      ffmpegPath: environment.FFMPEG_PATH,
      servesWeb: web !== undefined,
      givenUp: Promise.race([services.givenUp, ...(urls.givenUp ? [urls.givenUp] : [])]),
      ...(urls.measureOthers && { measureOthers: urls.measureOthers }),
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

async function watchWebIn(stack: Stack, print: (line: string) => void): Promise<WebSource> {
  const { watchWeb } = await import('../web/build/watch-web.ts')
  return stack.use(await watchWeb(print))
}

/** Loads only the code that this process runs. */
async function loadServers(
  environment: Environment,
): Promise<
  (
    options: AllInOneOptions & { readonly web: WebSource | undefined },
  ) => Promise<ServerUrls & AsyncDisposable & Pick<Running, 'givenUp' | 'measureOthers'>>
> {
  return environment.PROCESSES === 1
    ? (await import('./http-servers.ts')).openHttpServers
    : (await import('./cluster.ts')).openSharedServers
}

/** The settings with a port for each HTTP server, checked to be free before anything starts. */
async function choosePorts({ environment, print }: AllInOneOptions): Promise<Environment> {
  const { HOST, NODE_ENV, MINIO_ENDPOINT } = environment
  async function choose(host: string, setting: Exclude<PortSetting, 'SUBGRAPH_PORT'>): Promise<number> {
    // In production, clients rely on the usual port.
    const asked = environment[setting] ?? (NODE_ENV === 'production' ? usualPorts[setting] : undefined)
    return asked === 0 ? 0 : choosePort(host, asked, setting, print)
  }
  return {
    ...environment,
    REST_PORT: await choose(HOST, 'REST_PORT'),
    GRAPHQL_PORT: await choose(HOST, 'GRAPHQL_PORT'),
    ...(MINIO_ENDPOINT === undefined && { OBJECT_STORE_PORT: await choose(serviceHost, 'OBJECT_STORE_PORT') }),
  }
}
