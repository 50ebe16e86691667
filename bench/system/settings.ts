import type { Services } from '../../embedded/services.ts'
import { parseTokenKeys, type TokenKeys } from '../../platform/auth/access-token.ts'
import { noLimits } from '../../testing/no-limits.ts'

const secret = 'what-signs-the-tokens-of-the-bench'

/** Sign the tokens of the bench, which the measured system accepts. */
export const accessTokenKeys: TokenKeys = parseTokenKeys(`bench:${secret}`)

/** The settings of the measured system: as in production, on free ports, with the given services. */
export function settingsOver(services: Services, dataDir: string): Record<string, string> {
  return {
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    HOST: '127.0.0.1',
    REST_PORT: '0',
    GRAPHQL_PORT: '0',
    SUBGRAPH_PORT: '0',
    SEED: 'false',
    ...noLimits,
    // Renditions are made by another process, and would still be made while the next route is measured.
    TRANSCODE_CONCURRENCY: '0',
    DATA_DIR: dataDir,
    EMBEDDED: 'true',
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    MINIO_ENDPOINT: services.objectStore.url,
    MINIO_ACCESS_KEY: services.objectStore.accessKey,
    MINIO_SECRET_KEY: services.objectStore.secretKey,
    FFMPEG_PATH: services.ffmpegPath,
    FFPROBE_PATH: services.ffprobePath,
    ACCESS_TOKEN_SECRETS: `bench:${secret}`,
    CALLER_SECRET: `${secret}-callers`,
  }
}
