/**
 * The one list of subgraphs. Whatever needs to know which there are asks it: processes, settings, generated files, tests. A subgraph
 * has the name of the owner of its tables (`db/ownership.ts`).
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

/** What the process of a subgraph offers it. Each connection is opened when it is first asked for. */
export interface ProcessGround {
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
  /** The settings without which it cannot start, beside that of its database. */
  readonly needs: readonly (keyof Environment)[]
  /** Starts it; only its own code is loaded. */
  readonly start: (ground: ProcessGround) => Promise<Subgraph>
  /**
   * What it has done from time to time, once for the whole system.
   *
   * @param open opens its database, with its rights.
   */
  readonly scheduledJobs?: (
    open: <Tables>() => Kysely<Tables>,
    ground: ProcessGround,
  ) => Promise<readonly ScheduledJob[]>
}

const store = ['MINIO_ENDPOINT', 'MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY'] as const

export const subgraphs: Readonly<Record<SubgraphName, Entry>> = {
  user: {
    needs: ['REDIS_URL', ...store],
    async start(ground) {
      const { startUser } = await import('./user/server.ts')
      await ground.objectStore.prepare()
      const { environment } = ground
      return startUser({
        ...(await common('user', ground)),
        redis: ground.redis,
        broadcast: ground.broadcast,
        objectStore: ground.objectStore,
        accessTokenKeys: ground.secrets.accessTokenKeys,
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
    async start(ground) {
      const { startVideo } = await import('./video/server.ts')
      await ground.objectStore.prepare()
      const { environment } = ground
      return startVideo({
        ...(await common('video', ground)),
        ...(await ground.findFfmpeg()),
        objectStore: ground.objectStore,
        limits: {
          maxBytes: environment.MAX_UPLOAD_BYTES,
          maxSeconds: environment.MAX_VIDEO_SECONDS,
          maxSide: environment.MAX_VIDEO_SIDE,
          maxUploadsPerDay: environment.MAX_UPLOADS_PER_DAY,
        },
        removalGraceSeconds: environment.REMOVAL_GRACE_SECONDS,
        broadcast: ground.broadcast,
      })
    },
    async scheduledJobs(open, { objectStore }) {
      await objectStore.prepare()
      return (await import('./video/scheduled-jobs.ts')).scheduledVideoJobs(open(), objectStore)
    },
  },

  social: {
    needs: [],
    async start(ground) {
      const { startSocial } = await import('./social/server.ts')
      return startSocial(await common('social', ground))
    },
  },

  chat: {
    needs: ['REDIS_URL'],
    async start(ground) {
      const { startChat } = await import('./chat/server.ts')
      const { broadcast, environment } = ground
      return startChat({ ...(await common('chat', ground)), broadcast, friendsOnly: environment.CHAT_FRIENDS_ONLY })
    },
  },
}

/** The subgraphs that have scheduled jobs. */
export const scheduling = subgraphNames.filter((name) => subgraphs[name].scheduledJobs !== undefined)

/** The setting that says where a subgraph answers the gateway. */
export function urlSetting(name: SubgraphName) {
  return `${upperCase(name)}_SUBGRAPH_URL` as const
}

/** The setting with which a subgraph reaches its data by a login of its own. */
export function databaseSetting(name: SubgraphName) {
  return `${upperCase(name)}_DATABASE_URL` as const
}

function upperCase(name: SubgraphName): Uppercase<SubgraphName> {
  return name.toUpperCase() as Uppercase<SubgraphName>
}

async function common(name: SubgraphName, { environment, log, database, sensitiveWords, onQuery }: ProcessGround) {
  return {
    database: await database(name),
    databasePoolSize: environment.DATABASE_POOL_SIZE,
    onQuery,
    sensitiveWords,
    log: log.child({ subgraph: name }),
  }
}
