import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import pg from 'pg'
import { migrate } from '../db/migrate.ts'
import { startEmbeddedPostgres } from '../embedded/postgres.ts'
import { findFfmpeg } from '../embedded/ffmpeg.ts'
import { startEmbeddedRedis } from '../embedded/redis.ts'
import { startEmbeddedS3 } from '../embedded/s3/server.ts'

/** The services of a test run. Every test file has a database and a Redis prefix of its own; the buckets are shared. */
export interface TestServices {
  readonly postgresUrl: string
  readonly redisUrl: string
  readonly objectStore: { readonly url: string; readonly accessKey: string; readonly secretKey: string }
  readonly ffmpegPath: string
  readonly ffprobePath: string
  /** For files that test files share; deleted after the run. */
  readonly folder: string
}

declare module 'vitest' {
  interface ProvidedContext {
    services: TestServices
  }
}

/** The migrated database from which all test databases are copied. */
export const templateDatabase = 'template_migrated'

/** Starts the real services once for all test files, on free ports and in a temporary folder. */
export default async function startServices(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'short-video-test-'))
  const log = (): void => undefined
  const [postgres, redis, objectStore, ffmpeg] = await Promise.all([
    startEmbeddedPostgres({ directory: join(directory, 'postgres'), durable: false, log }),
    startEmbeddedRedis({ log }),
    configuredObjectStore() ?? startOwnObjectStore(join(directory, 's3')),
    findFfmpeg({}),
  ])

  await createTemplate(postgres.url)
  project.provide('services', {
    postgresUrl: postgres.url,
    redisUrl: redis.url,
    objectStore: { url: objectStore.url, accessKey: objectStore.accessKey, secretKey: objectStore.secretKey },
    ffmpegPath: ffmpeg.ffmpegPath,
    ffprobePath: ffmpeg.ffprobePath,
    folder: directory,
  })
  return async () => {
    await Promise.all([postgres, redis, objectStore].map((service) => service[Symbol.asyncDispose]()))
    await rm(directory, { recursive: true, force: true })
  }
}

type TestObjectStore = TestServices['objectStore'] & AsyncDisposable

/** The MinIO in the environment, to run the same tests against it. */
function configuredObjectStore(): TestObjectStore | undefined {
  const { MINIO_ENDPOINT: url, MINIO_ACCESS_KEY: accessKey, MINIO_SECRET_KEY: secretKey } = process.env
  if (!url || !accessKey || !secretKey) return undefined
  return { url, accessKey, secretKey, [Symbol.asyncDispose]: () => Promise.resolve() }
}

async function startOwnObjectStore(directory: string): Promise<TestObjectStore> {
  const keys = { accessKey: 'test-access-key', secretKey: 'test-secret-key' }
  const store = await startEmbeddedS3({ directory, ...keys, log: () => undefined })
  return { url: store.url, ...keys, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

async function createTemplate(postgresUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: postgresUrl })
  await admin.connect()
  await admin.query(`create database ${templateDatabase}`)
  await admin.end()
  const url = new URL(postgresUrl)
  url.pathname = `/${templateDatabase}`
  await migrate(url.href)
}
