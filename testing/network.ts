import { mkdtemp, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { readEnvironment } from '../platform/runtime/environment.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { startAllInOne } from '../start/all-in-one.ts'
import { register, type ServerUrls, type Person } from '../start/people.ts'
import { Stack } from '../start/running.ts'
import { makeClip } from './clips.ts'
import { createTestDatabase } from './database.ts'
import { noLimits } from './no-limits.ts'
import { startSplit } from './split.ts'

/** Everything in this process, or every part in a process of its own. */
export type Topology = 'all-in-one' | 'split'
export const topologies: readonly Topology[] = ['all-in-one', 'split']

/** The whole system, on a database of its own, with users. */
export interface Network extends ServerUrls, AsyncDisposable {
  readonly databaseUrl: string
  /** A new user whose name begins with the given one; the password is `password`. */
  person(name: string): Promise<TestPerson>
  /** The SQL statements of this process since the last call; only all in one process. */
  takeQueries(): string[]
}

/** A user who can publish without a file. */
export interface TestPerson extends Person {
  publishes(title: string, path?: string): Promise<string>
}

export interface NetworkOptions {
  readonly topology?: Topology
  /** Settings in addition to those of the services. */
  readonly settings?: Readonly<Record<string, string>>
  /** Settings that depend on the database. */
  readonly settingsOver?: (databaseUrl: string) => Readonly<Record<string, string>>
}

/** Starts what `npm start` starts, on free ports, with the services of the test run. */
export async function bootNetwork({
  topology = 'all-in-one',
  settings = {},
  settingsOver = () => ({}),
}: NetworkOptions = {}): Promise<Network> {
  const stack = new Stack()
  try {
    const database = stack.use(await createTestDatabase())
    const dataDir = await mkdtemp(join(tmpdir(), 'short-video-network-'))
    stack.use({ [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }) })
    const variables = {
      ...serviceSettings(database.url),
      DATA_DIR: dataDir,
      ...settings,
      ...settingsOver(database.url),
    }
    const queries: string[] = []
    const urls = stack.use(
      topology === 'split'
        ? await startSplit(variables)
        : await startAllInOne({
            environment: readEnvironment(variables),
            log: createLogger('silent', 'test'),
            print: () => undefined,
            onQuery: (sql) => queries.push(sql),
          }),
    )
    return {
      restUrl: urls.restUrl,
      graphqlUrl: urls.graphqlUrl,
      databaseUrl: database.url,
      person: (name) => enter(urls, name),
      takeQueries: () => queries.splice(0).filter((text) => !text.includes('session_changes')),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

/** The settings for the services of the test run, with free ports and a Redis prefix of its own. */
export function serviceSettings(databaseUrl: string): Record<string, string> {
  const { redisUrl, objectStore, ffmpegPath, ffprobePath } = inject('services')
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    HOST: '127.0.0.1',
    REST_PORT: '0',
    GRAPHQL_PORT: '0',
    SUBGRAPH_PORT: '0',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    REDIS_PREFIX: `${randomBytes(6).toString('hex')}:`,
    MINIO_ENDPOINT: objectStore.url,
    MINIO_ACCESS_KEY: objectStore.accessKey,
    MINIO_SECRET_KEY: objectStore.secretKey,
    FFMPEG_PATH: ffmpegPath,
    FFPROBE_PATH: ffprobePath,
    ...noLimits,
    // Tests of renditions enable them.
    TRANSCODE_CONCURRENCY: '0',
  }
}

async function enter(urls: ServerUrls, name: string): Promise<TestPerson> {
  const person = await register(urls, `${name}-${randomBytes(4).toString('hex')}`, 'password')
  return {
    ...person,
    publishes: async (title, path) => person.publishes(title, path ?? (await makeClip({}))),
  }
}
