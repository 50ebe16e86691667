import { join, resolve } from 'node:path'
import type { EmbeddedService, Log } from './embedded-service.ts'
import { findFfmpeg } from './ffmpeg.ts'
import { makePrivateFolder } from './files/folder.ts'
import { startEmbeddedObjectStore, type EmbeddedObjectStore } from './object-store.ts'
import { startEmbeddedPostgres } from './postgres.ts'
import { startEmbeddedRedis } from './redis.ts'

/** The configuration; every service without an address is started here. */
export interface ServiceSettings {
  /** Holds the data of all embedded services; created when absent. */
  readonly dataDir: string
  readonly databaseUrl?: string | undefined
  readonly redisUrl?: string | undefined
  readonly objectStoreUrl?: string | undefined
  /** The keys for an embedded store, when there is no `objectStoreUrl`. */
  readonly objectStoreAccessKey?: string | undefined
  readonly objectStoreSecretKey?: string | undefined
  readonly ffmpegPath?: string | undefined
  readonly ffprobePath?: string | undefined
  /** False in production, where everything has to be configured. */
  readonly allowEmbedded: boolean
  /** The address on which an embedded object store listens; the other services listen on 127.0.0.1 only. */
  readonly host: string
  readonly objectStorePort?: number | undefined
}

/** All services, running. Disposing stops those that were started here, in reverse order. */
export interface Services extends AsyncDisposable {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly objectStore: { readonly url: string; readonly accessKey: string; readonly secretKey: string }
  readonly ffmpegPath: string
  readonly ffprobePath: string
  /** The origin of each service, without secrets. */
  readonly sources: readonly { readonly name: string; readonly source: string }[]
  /**
   * Resolves, with one line for the operator, when a service that was started here has died too often and will not be
   * restarted.
   */
  readonly givenUp: Promise<string>
}

/**
 * Starts the services that are not configured, concurrently, and logs one line for each.
 *
 * @throws Error with one line when a service cannot start (the others are stopped) or has to be configured
 */
export async function startMissingServices(settings: ServiceSettings, log: Log): Promise<Services> {
  rejectMissingSettings(settings)
  const dataDir = resolve(settings.dataDir)
  if (settings.allowEmbedded) await makePrivateFolder(dataDir)

  const started: AsyncDisposable[] = []
  const keep = <Service extends AsyncDisposable>(service: Service): Service => {
    started.push(service)
    return service
  }
  const starting = [
    findPostgres(settings, dataDir, log).then(keep),
    findRedis(settings, log).then(keep),
    findObjectStore(settings, dataDir, log).then(keep),
    findFfmpeg(settings),
  ] as const
  try {
    const [postgres, redis, objectStore, ffmpeg] = await Promise.all(starting)
    const sources = Object.entries({ postgres, redis, 'object store': objectStore, ffmpeg }).map(
      ([name, { source }]) => ({ name, source }),
    )
    for (const { name, source } of sources) log(`${name}: ${source}`)
    return {
      databaseUrl: postgres.url,
      redisUrl: redis.url,
      objectStore: { url: objectStore.url, accessKey: objectStore.accessKey, secretKey: objectStore.secretKey },
      ffmpegPath: ffmpeg.ffmpegPath,
      ffprobePath: ffmpeg.ffprobePath,
      sources,
      givenUp: Promise.race([postgres, redis, objectStore].flatMap((service) => service.givenUp ?? [])),
      [Symbol.asyncDispose]: () => stopInReverse(started),
    }
  } catch (error) {
    await Promise.allSettled(starting)
    await stopInReverse(started)
    throw error
  }
}

async function findPostgres({ databaseUrl }: ServiceSettings, dataDir: string, log: Log): Promise<EmbeddedService> {
  if (databaseUrl !== undefined) return configured('DATABASE_URL', databaseUrl)
  return startEmbeddedPostgres({ directory: join(dataDir, 'postgres'), log })
}

async function findRedis({ redisUrl }: ServiceSettings, log: Log): Promise<EmbeddedService> {
  if (redisUrl !== undefined) return configured('REDIS_URL', redisUrl)
  return startEmbeddedRedis({ log })
}

async function findObjectStore(settings: ServiceSettings, dataDir: string, log: Log): Promise<EmbeddedObjectStore> {
  const { objectStoreUrl, objectStoreAccessKey: accessKey, objectStoreSecretKey: secretKey } = settings
  if (objectStoreUrl !== undefined && accessKey !== undefined && secretKey !== undefined) {
    return { ...configured('MINIO_ENDPOINT', objectStoreUrl), accessKey, secretKey }
  }
  return startEmbeddedObjectStore({
    dataDir,
    host: settings.host,
    port: settings.objectStorePort,
    accessKey,
    secretKey,
    log,
  })
}

/** An external service: there is nothing to stop. */
function configured(variable: string, url: string): EmbeddedService {
  return { url, source: `configured by ${variable}`, [Symbol.asyncDispose]: () => Promise.resolve() }
}

async function stopInReverse(services: readonly AsyncDisposable[]): Promise<void> {
  for (const service of services.toReversed()) await service[Symbol.asyncDispose]()
}

function rejectMissingSettings(settings: ServiceSettings): void {
  const keys = { MINIO_ACCESS_KEY: settings.objectStoreAccessKey, MINIO_SECRET_KEY: settings.objectStoreSecretKey }
  const addresses = {
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    MINIO_ENDPOINT: settings.objectStoreUrl,
  }
  if (!settings.allowEmbedded) demand({ ...addresses, ...keys }, 'this process may not start services of its own')
  else if (settings.objectStoreUrl !== undefined) demand(keys, 'MINIO_ENDPOINT requires its keys')
}

function demand(variables: Readonly<Record<string, string | undefined>>, reason: string): void {
  const missing = Object.keys(variables).filter((name) => variables[name] === undefined)
  if (missing.length > 0) throw new Error(`Set ${new Intl.ListFormat('en').format(missing)}: ${reason}.`)
}
