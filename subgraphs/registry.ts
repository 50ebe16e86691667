/**
 * The one list of subgraphs, used by everything that depends on which ones exist: processes, settings, generated files, tests.
 * A subgraph has the name of the owner of its tables (`db/ownership.ts`).
 */
import type { Kysely } from 'kysely'
import { owners, type Owner } from '../db/ownership.ts'
import type { TokenKeys } from '../platform/auth/access-token.ts'
import type { Subgraph } from '../platform/graphql/subgraph.ts'
import type { DatabaseAddress } from '../platform/postgres/database.ts'
import type { Broadcast } from '../platform/redis/broadcast.ts'
import type { Redis } from '../platform/redis/client.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import type { ScheduledJob } from '../platform/runtime/scheduled-job.ts'
import type { ObjectStore } from '../platform/storage/object-store.ts'
import type { WordFilter } from '../platform/text/word-filter.ts'

export const subgraphNames = owners
export type SubgraphName = Owner

/** What a process offers its subgraphs. Each connection is opened on first use. */
export interface ProcessDependencies {
  readonly environment: Environment
  readonly log: Logger
  /** Where an owner's data is, and as which role it is accessed. */
  readonly database: (owner: Owner) => Promise<DatabaseAddress>
  readonly redis: Redis
  readonly broadcast: Broadcast
  readonly objectStore: ObjectStore
  readonly secrets: { readonly accessTokenKeys: TokenKeys }
  readonly sensitiveWords: WordFilter
  readonly findFfmpeg: () => Promise<{ readonly ffmpegPath: string; readonly ffprobePath: string }>
  /** Called after each SQL statement of this process. */
  readonly onQuery: ((sql: string) => void) | undefined
}

interface Entry {
  /** The settings that it requires, besides that of its database. */
  readonly needs: readonly (keyof Environment)[]
  /** Starts it; loads only its own code. */
  readonly start: (dependencies: ProcessDependencies) => Promise<Subgraph>
  /**
   * Its scheduled jobs, which run once for the whole system.
   *
   * @param open opens its database, with its rights.
   */
  readonly scheduledJobs?: (
    open: <Tables>() => Kysely<Tables>,
    dependencies: ProcessDependencies,
  ) => Promise<readonly ScheduledJob[]>
}

const store = ['MINIO_ENDPOINT', 'MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY'] as const

export const subgraphs: Readonly<Record<SubgraphName, Entry>> = {
  user: {
    needs: ['REDIS_URL', ...store],
    async start(dependencies) {
      const { startUser } = await import('./user/server.ts')
      await dependencies.objectStore.prepare()
      const { environment } = dependencies
      return startUser({
        ...(await common('user', dependencies)),
        redis: dependencies.redis,
        broadcast: dependencies.broadcast,
        objectStore: dependencies.objectStore,
        accessTokenKeys: dependencies.secrets.accessTokenKeys,
        sessionDays: environment.SESSION_DAYS,
        loginFailures: environment.LOGIN_FAILURES,
        loginFailureWindowSeconds: environment.LOGIN_FAILURE_WINDOW_SECONDS,
        loginLongestPauseSeconds: environment.LOGIN_LONGEST_PAUSE_SECONDS,
        registrationsPerHour: environment.REGISTRATIONS_PER_HOUR,
      })
    },
    scheduledJobs: async (open) => (await import('./user/scheduled-jobs.ts')).scheduledUserJobs(open()),
  },

  video: {
    needs: ['REDIS_URL', ...store],
    async start(dependencies) {
      const { startVideo } = await import('./video/server.ts')
      await dependencies.objectStore.prepare()
      const { environment } = dependencies
      return startVideo({
        ...(await common('video', dependencies)),
        ...(await dependencies.findFfmpeg()),
        objectStore: dependencies.objectStore,
        limits: {
          maxBytes: environment.MAX_UPLOAD_BYTES,
          maxSeconds: environment.MAX_VIDEO_SECONDS,
          maxSide: environment.MAX_VIDEO_SIDE,
          maxUploadsPerDay: environment.MAX_UPLOADS_PER_DAY,
        },
        removalGraceSeconds: environment.REMOVAL_GRACE_SECONDS,
        broadcast: dependencies.broadcast,
        redis: dependencies.redis,
        keepsFeedback: environment.RECOMMENDER_URL !== undefined,
        recommender: await recommenderOf(dependencies),
      })
    },
    async scheduledJobs(open, { objectStore, environment }) {
      await objectStore.prepare()
      const { scheduledVideoJobs } = await import('./video/scheduled-jobs.ts')
      return scheduledVideoJobs(open(), objectStore, recommenderAddress(environment))
    },
  },

  social: {
    needs: [],
    async start(dependencies) {
      const { startSocial } = await import('./social/server.ts')
      // Without Redis, streams poll for notifications.
      const broadcast = dependencies.environment.REDIS_URL === undefined ? undefined : dependencies.broadcast
      const keepsFeedback = dependencies.environment.RECOMMENDER_URL !== undefined
      return startSocial({ ...(await common('social', dependencies)), broadcast, keepsFeedback })
    },
    scheduledJobs: async (open, { environment }) =>
      (await import('./social/scheduled-jobs.ts')).scheduledSocialJobs(open(), recommenderAddress(environment)),
  },

  chat: {
    needs: ['REDIS_URL'],
    async start(dependencies) {
      const { startChat } = await import('./chat/server.ts')
      const { broadcast, redis, environment } = dependencies
      return startChat({
        ...(await common('chat', dependencies)),
        broadcast,
        redis,
        friendsOnly: environment.CHAT_FRIENDS_ONLY,
      })
    },
  },
}

/** The subgraphs that have scheduled jobs. */
export const scheduling = subgraphNames.filter((name) => subgraphs[name].scheduledJobs !== undefined)

/** The setting with the address of a subgraph for the gateway. */
export function urlSetting(name: SubgraphName) {
  return `${upperCase(name)}_SUBGRAPH_URL` as const
}

/** The setting with a database login of a subgraph's own. */
export function databaseSetting(name: SubgraphName) {
  return `${upperCase(name)}_DATABASE_URL` as const
}

function upperCase(name: SubgraphName): Uppercase<SubgraphName> {
  return name.toUpperCase() as Uppercase<SubgraphName>
}

function recommenderAddress({ RECOMMENDER_URL: url, RECOMMENDER_KEY: key }: Environment) {
  return url === undefined ? undefined : { url, key }
}

async function recommenderOf({ environment, log }: ProcessDependencies) {
  const address = recommenderAddress(environment)
  if (address === undefined) return undefined
  const { openRecommender } = await import('./video/recommended/recommender.ts')
  return openRecommender(address.url, address.key, log)
}

async function common(
  name: SubgraphName,
  { environment, log, database, sensitiveWords, onQuery }: ProcessDependencies,
) {
  return {
    database: await database(name),
    databasePoolSize: environment.DATABASE_POOL_SIZE,
    onQuery,
    sensitiveWords,
    log: log.child({ subgraph: name }),
  }
}
