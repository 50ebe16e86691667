import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../db/migrate.ts'
import { startMissingServices } from '../embedded/services.ts'
import { createGateway } from '../gateway/server.ts'
import type { Environment } from '../platform/environment.ts'
import type { Logger } from '../platform/logger.ts'
import type { Subgraph } from '../platform/subgraph.ts'
import { createRestAdapter } from '../rest-adapter/server.ts'
import { openGround } from './ground.ts'
import { startMediaWorker } from './media-worker.ts'
import { CannotStart, listen, Stack, type Running } from './running.ts'
import { startSubgraph, subgraphNames, type SubgraphName } from './subgraphs.ts'

export interface AllInOneOptions {
  readonly environment: Environment
  readonly log: Logger
  /** Receives lines for the person who started it. */
  readonly print: (line: string) => void
  readonly onQuery?: (sql: string) => void
}

export interface AllInOne extends Running {
  readonly restUrl: string
  readonly graphqlUrl: string
  readonly ffmpegPath: string
}

/**
 * Starts the whole system in this process, and beside it whatever service the settings do not name. Nothing between the
 * doors and the subgraphs goes over HTTP.
 *
 * @throws CannotStart and WrongSetting with one line for the person who starts it; whatever was started is stopped.
 */
export async function startAllInOne(options: AllInOneOptions): Promise<AllInOne> {
  const stack = new Stack()
  try {
    const { restUrl, graphqlUrl, ffmpegPath, addresses } = await startParts(options, stack)
    return { restUrl, graphqlUrl, ffmpegPath, addresses, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

async function startParts({ environment: given, log, print, onQuery }: AllInOneOptions, stack: Stack) {
  const services = stack.use(await startServices(given, print))
  const environment: Environment = {
    ...given,
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    MINIO_ENDPOINT: services.objectStore.url,
    MINIO_ACCESS_KEY: services.objectStore.accessKey,
    MINIO_SECRET_KEY: services.objectStore.secretKey,
    FFMPEG_PATH: services.ffmpegPath,
    FFPROBE_PATH: services.ffprobePath,
  }
  const ground = stack.use(openGround(environment, log, onQuery))
  await migrate(ground.databaseUrl)

  const started = await Promise.all(
    subgraphNames.map(async (name) => [name, stack.use(await startSubgraph(name, ground))] as const),
  )
  if (environment.TRANSCODE_CONCURRENCY > 0) stack.use(await startMediaWorker(ground))
  const gateway = stack.use(
    await createGateway({
      subgraphs: Object.fromEntries(started) as Record<SubgraphName, Subgraph>,
      accessTokenKeys: ground.secrets.accessTokenKeys,
      callerSecret: ground.secrets.callerSecret,
      broadcast: ground.broadcast,
      objectStoreUrl: ground.objectStoreUrl,
      landingPage: environment.LANDING_PAGE ?? environment.NODE_ENV !== 'production',
      publicUrl: environment.PUBLIC_URL,
      trustProxy: environment.TRUST_PROXY,
      log: log.child({ part: 'gateway' }),
    }),
  )
  const uploadFolder = await mkdtemp(join(tmpdir(), 'short-video-uploads-'))
  stack.use({ [Symbol.asyncDispose]: () => rm(uploadFolder, { recursive: true, force: true }) })
  const restAdapter = await createRestAdapter({
    execute: gateway.execute,
    objectStoreUrl: ground.objectStoreUrl,
    publicUrl: environment.PUBLIC_URL,
    trustProxy: environment.TRUST_PROXY,
    maxUploadBytes: environment.MAX_UPLOAD_BYTES,
    uploadFolder,
    log: log.child({ part: 'rest-adapter' }),
  })
  stack.use({ [Symbol.asyncDispose]: () => restAdapter.close() })

  const graphqlUrl = `${await listen(gateway.app, environment.HOST, environment.GRAPHQL_PORT, 'GRAPHQL_PORT')}/graphql`
  const restUrl = await listen(restAdapter, environment.HOST, environment.REST_PORT, 'REST_PORT')
  return {
    restUrl,
    graphqlUrl,
    ffmpegPath: services.ffmpegPath,
    addresses: [
      { name: 'REST', url: `${restUrl}/douyin/` },
      { name: 'GraphQL', url: graphqlUrl },
      ...services.sources.map(({ name, source }) => ({ name, url: source })),
    ],
  }
}

/** The services that the settings name, and embedded ones for the rest; in production those must be asked for. */
async function startServices(environment: Environment, print: (line: string) => void) {
  const { NODE_ENV, EMBEDDED } = environment
  const starting = startMissingServices(
    {
      dataDir: environment.DATA_DIR,
      databaseUrl: environment.DATABASE_URL,
      redisUrl: environment.REDIS_URL,
      objectStoreUrl: environment.MINIO_ENDPOINT,
      objectStoreAccessKey: environment.MINIO_ACCESS_KEY,
      objectStoreSecretKey: environment.MINIO_SECRET_KEY,
      ffmpegPath: environment.FFMPEG_PATH,
      ffprobePath: environment.FFPROBE_PATH,
      allowEmbedded: EMBEDDED ?? NODE_ENV !== 'production',
      host: '127.0.0.1',
      objectStorePort: environment.OBJECT_STORE_PORT,
    },
    print,
  )
  return starting.catch((error: unknown) => {
    throw new CannotStart((error as Error).message, { cause: error })
  })
}
