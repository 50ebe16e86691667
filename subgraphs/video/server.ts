import { sql } from 'kysely'
import { idShares, type VideoTables } from '../../db/ownership.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { notBefore } from '../../platform/auth/caller.ts'
import { openChanges } from '../../platform/caching/changes.ts'
import { leaseIdGenerator } from '../../platform/postgres/id-generator.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { ObjectStore } from '../../platform/storage/object-store.ts'
import { openDatabase, type DatabaseAddress } from '../../platform/postgres/database.ts'
import { repeat } from '../../platform/runtime/repeat.ts'
import { requestContext } from '../../platform/graphql/request-context.ts'
import { createSubgraph, type Subgraph } from '../../platform/graphql/subgraph.ts'
import { noWords, type WordFilter } from '../../platform/text/word-filter.ts'
import type { VideoContext } from './context.ts'
import { createFeedRepository } from './feed/repository.ts'
import { keepVideos, type KeptVideos } from './kept.ts'
import { onBanChanged } from './moderation/ban-news.ts'
import { createModerationRepository, type ModerationRepository } from './moderation/repository.ts'
import type { VideoLimits } from './storage/limits.ts'
import { createAdmission, type Publishing } from './publishing/publish-video.ts'
import { createPublicationRepository } from './publishing/repository.ts'
import { collectTemporaryFolders } from './storage/temporary-folder.ts'
import { collectRemovals } from './removal/collect-removals.ts'
import { createRemovalRepository } from './removal/repository.ts'
import { references } from './references.ts'
import { resolvers } from './resolvers.ts'
import { confinementOf } from './media/confinement.ts'
import { openFfmpeg } from './media/ffmpeg.ts'
import { collectUploads } from './uploads/collect-uploads.ts'
import { createUploadRepository } from './uploads/repository.ts'
import { createHiddenAuthors } from './videos/hidden-authors.ts'
import { VideoLoaders } from './videos/loaders.ts'
import { createVideoRepository } from './videos/repository.ts'

export interface VideoOptions {
  readonly database: DatabaseAddress
  readonly databasePoolSize: number
  /** With its buckets prepared. */
  readonly objectStore: ObjectStore
  readonly ffmpegPath: string
  readonly ffprobePath: string
  readonly limits: VideoLimits
  /** How long the files of a video outlive it. Default an hour. */
  readonly removalGraceSeconds?: number
  /** Words that nobody shall read; none by default. */
  readonly sensitiveWords?: WordFilter | undefined
  /** Brings the news of bans; without it they are noticed within an hour. */
  readonly broadcast?: Pick<Broadcast, 'listen' | 'onGap'>
  /** Whether it hears of what others change, and so keeps what they do not change. Default true. */
  readonly hearsChanges?: boolean | undefined
  readonly onQuery?: ((sql: string) => void) | undefined
  readonly log: Logger
}

const collectionIntervalMs = 60 * 60 * 1_000
const removalIntervalMs = 60 * 1_000

/**
 * Wires the video subgraph to its database, the object store and ffmpeg. What is left over is collected every hour, and what
 * was taken down every minute.
 */
export async function startVideo(options: VideoOptions): Promise<Subgraph> {
  const { log, objectStore, limits, sensitiveWords = noWords } = options
  const db = openDatabase<VideoTables>({
    ...options.database,
    schema: 'video',
    poolSize: options.databasePoolSize,
    onQuery: options.onQuery,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  const ids = await leaseIdGenerator(db, idShares.video, log)
  const videos = createVideoRepository(db)
  const feed = createFeedRepository(db)
  const uploads = createUploadRepository(db)
  const publications = createPublicationRepository(db)
  const ffmpeg = openFfmpeg({ ...options, maxSide: limits.maxSide })
  log.info({ confinement: (await confinementOf(options.ffmpegPath)).description }, 'ffmpeg runs confined')
  const changes = openChanges({ ...options, schema: 'video', views: ['social.hidden_people_changes'] })
  const kept = keepVideos(videos, feed, objectStore, changes)
  const publishing: Publishing = {
    ...{ ids, uploads, publications, videos, kept, objectStore, ffmpeg, limits, log },
    admission: createAdmission(),
  }
  const removals = createRemovalRepository(db)
  const removal = { removals, videos, kept, graceSeconds: options.removalGraceSeconds ?? 60 * 60 }
  const moderation = createModerationRepository(db)
  const clearRemovals = () =>
    collect('videos that were taken down', () => collectRemovals({ removals, objectStore }), log)
  const followBans = () => collect('videos of people whose ban has changed', () => followBansOf(moderation, kept), log)
  // Another process may have been faster, and has hidden what is kept here.
  const followNews = () => followBans().finally(() => kept.forgetAll())
  const banNews = onBanChanged(options.broadcast, followNews)
  const collection = repeat(collectionIntervalMs, async () => {
    await collect('expired uploads', () => collectUploads(publishing), log)
    await followBans()
    await collect('folders of processes that were killed', () => collectTemporaryFolders(), log)
  })
  const whatLasts = {
    ...{ feed, kept, objectStore, publishing, removal, sensitiveWords, ids, moderation },
    collectRemovals: clearRemovals,
  }
  const removalCollection = repeat(removalIntervalMs, clearRemovals)

  return createSubgraph<VideoContext>({
    name: 'video',
    resolvers,
    references,
    log,
    createContext(caller) {
      const after = notBefore(caller)
      return requestContext(whatLasts, {
        caller,
        loaders: new VideoLoaders(videos),
        notBefore: after,
        hiddenAuthors: createHiddenAuthors(videos, kept, caller, after),
      })
    },
    async checkHealth() {
      await Promise.all([sql`select 1`.execute(db), objectStore.checkHealth()])
    },
    async dispose() {
      await Promise.all([collection, removalCollection, banNews, changes].map((work) => work[Symbol.asyncDispose]()))
      try {
        await ids[Symbol.asyncDispose]()
      } finally {
        await db.destroy()
      }
    },
  })
}

/** Hides and shows videos after bans; answers how many. What was read before is forgotten, unless there were none. */
async function followBansOf(moderation: ModerationRepository, kept: KeptVideos): Promise<number> {
  let count: number | undefined
  try {
    return (count = await moderation.followBans())
  } finally {
    if (count !== 0) kept.forgetAll()
  }
}

/** Collects what is left over. Failing at that is no reason to stop: it is tried again. */
async function collect(what: string, work: () => Promise<number>, log: Logger): Promise<void> {
  await work().then(
    (count) => log.debug({ count }, `collected ${what}`),
    (error: unknown) => log.warn({ err: error }, `could not collect ${what}`),
  )
}
