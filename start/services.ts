import { startMissingServices } from '../embedded/services.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import { CannotStart } from './running.ts'

/** Where embedded services listen; clients reach media through our HTTP servers. */
export const serviceHost = '127.0.0.1'

/** The services of a whole system. Disposing stops those that were started here. */
export interface SystemServices extends AsyncDisposable {
  /** The settings, with an address for every service. */
  readonly environment: Environment & { readonly DATABASE_URL: string; readonly FFMPEG_PATH: string }
  /** Resolves with one line for the operator when a service has died too often and will not be restarted. */
  readonly givenUp: Promise<string>
}

/**
 * The services that the settings name, and embedded ones for the rest; in production, embedded services must be enabled
 * explicitly. Prints where each comes from.
 *
 * @throws CannotStart
 */
export async function startServices(given: Environment, print: (line: string) => void): Promise<SystemServices> {
  const starting = startMissingServices(
    {
      dataDir: given.DATA_DIR,
      databaseUrl: given.DATABASE_URL,
      redisUrl: given.REDIS_URL,
      objectStoreUrl: given.MINIO_ENDPOINT,
      objectStoreAccessKey: given.MINIO_ACCESS_KEY,
      objectStoreSecretKey: given.MINIO_SECRET_KEY,
      ffmpegPath: given.FFMPEG_PATH,
      ffprobePath: given.FFPROBE_PATH,
      allowEmbedded: given.EMBEDDED ?? given.NODE_ENV !== 'production',
      host: serviceHost,
      objectStorePort: given.OBJECT_STORE_PORT,
    },
    print,
  )
  const services = await starting.catch((error: unknown) => {
    throw new CannotStart((error as Error).message, { cause: error })
  })
  return {
    environment: {
      ...given,
      DATABASE_URL: services.databaseUrl,
      REDIS_URL: services.redisUrl,
      MINIO_ENDPOINT: services.objectStore.url,
      MINIO_ACCESS_KEY: services.objectStore.accessKey,
      MINIO_SECRET_KEY: services.objectStore.secretKey,
      FFMPEG_PATH: services.ffmpegPath,
      FFPROBE_PATH: services.ffprobePath,
    },
    givenUp: services.givenUp,
    [Symbol.asyncDispose]: () => services[Symbol.asyncDispose](),
  }
}
