import type { VideoTables } from '../../db/ownership.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { notBefore } from '../../platform/auth/caller.ts'
import { openChanges } from '../../platform/caching/changes.ts'
import type { ObjectStore } from '../../platform/storage/object-store.ts'
import { requestContext } from '../../platform/graphql/request-context.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import { noWords } from '../../platform/text/word-filter.ts'
import { startSubgraphProcess, type SubgraphOptions } from '../subgraph-process.ts'
import type { VideoContext } from './context.ts'
import { createEventRepository } from './events/repository.ts'
import { createFeedRepository } from './feed/repository.ts'
import { createVideoCache } from './cache.ts'
import { onBanChanged } from './moderation/on-ban-changed.ts'
import { createModerationRepository } from './moderation/repository.ts'
import type { VideoLimits } from './storage/limits.ts'
import { createAdmission, type Publishing } from './publishing/publish-upload.ts'
import { createPublicationRepository } from './publishing/repository.ts'
import { collectTemporaryFolders } from './storage/temporary-folder.ts'
import { collectRemovals } from './removal/collect-removals.ts'
import { createRemovalRepository } from './removal/repository.ts'
import { references } from './references.ts'
import { resolvers } from './resolvers.ts'
import { confinementOf } from './media/confinement.ts'
import { openFfmpeg } from './media/ffmpeg.ts'
import { createSearchRepository } from './search/repository.ts'
import { createTitleRepository } from './titles/repository.ts'
import { createTopicRepository } from './topics/repository.ts'
import { createGroupCommit } from '../../platform/postgres/group-commit.ts'
import { createFollowingRepository } from './following/repository.ts'
import { createTrendRepository } from './trending/repository.ts'
import { createViewRepository, type View } from './views/repository.ts'
import type { Redis } from '../../platform/redis/client.ts'
import { noAnonymousViewers, openAnonymousViewers } from './views/anonymous-viewers.ts'
import type { AnnounceMentioned } from './titles/notified-mentions.ts'
import { announceEvents } from '../../schema/topics.ts'
import { noRecommender, type Recommender } from './recommended/recommender.ts'
import { createRecommendationRepository } from './recommended/repository.ts'
import { createUploadRepository } from './uploads/repository.ts'
import { createBlockedOrMuted } from './videos/blocked-or-muted.ts'
import { createPublishedFor } from './videos/published-for.ts'
import { VideoLoaders } from './videos/loaders.ts'
import { createRelationRepository } from './videos/relations.ts'
import { createVideoRepository } from './videos/repository.ts'
import { createVisibilityRepository } from './visibility/repository.ts'

export interface VideoOptions extends SubgraphOptions {
  /** Its buckets must exist. */
  readonly objectStore: ObjectStore
  readonly ffmpegPath: string
  readonly ffprobePath: string
  readonly limits: VideoLimits
  /** For how long the files of a video outlive it. Default an hour. */
  readonly removalGraceSeconds?: number
  /** Remembers for a day what callers without a token have watched; without it their views are not counted. */
  readonly redis?: Redis | undefined
  /** Whether a recommender is told of views. */
  readonly keepsFeedback?: boolean
  /** Suggests videos to users; by default nothing else than this system does. */
  readonly recommender?: Recommender | undefined
  /**
   * Reports bans; without it they are noticed by a scheduled job. Announces whom titles mention to their event streams; without it
   * they poll.
   */
  readonly broadcast?: Pick<Broadcast, 'listen' | 'onGap' | 'publish'>
}

/** Wires the video subgraph to its database, the object store and ffmpeg. */
export function startVideo(options: VideoOptions): Promise<Subgraph> {
  const { log, objectStore, limits, sensitiveWords = noWords } = options
  return startSubgraphProcess<VideoTables, VideoContext>('video', options, async ({ db, ids }) => {
    const videos = createVideoRepository(db)
    const relations = createRelationRepository(db)
    const feed = createFeedRepository(db)
    const uploads = createUploadRepository(db)
    const publications = createPublicationRepository(db)
    const removals = createRemovalRepository(db)
    const titles = createTitleRepository(db)
    const topics = createTopicRepository(db)
    const watched = createViewRepository(db, options)
    const views = createGroupCommit<View, boolean>('views', (group) => watched.add(group))
    const anonymousViews = createGroupCommit<string, boolean>('anonymous views', (group) => watched.addAnonymous(group))
    const moderation = createModerationRepository(db)
    const ffmpeg = openFfmpeg({ ...options, maxSide: limits.maxSide })
    log.info({ confinement: (await confinementOf(options.ffmpegPath)).description }, 'ffmpeg runs confined')
    await collect('temporary folders of killed processes', () => collectTemporaryFolders(), log)
    const changes = openChanges({ ...options, schema: 'video', views: ['social.hidden_people_changes'] })
    const cache = createVideoCache(videos, relations, feed, objectStore, changes)
    const announceMentioned: AnnounceMentioned = (mentions) => {
      if (!options.broadcast || mentions.length === 0) return
      announceEvents(
        options.broadcast,
        'video',
        mentions.map(({ userId }) => userId),
      )
    }
    const publishing: Publishing = {
      ...{ announceMentioned, ids, uploads, publications, titles, videos, cache, objectStore, ffmpeg, limits, log },
      admission: createAdmission(),
    }
    const removal = { removals, cache, graceSeconds: options.removalGraceSeconds ?? 60 * 60 }
    // Another process may have been faster, and has hidden cached videos.
    const banEvents = onBanChanged(options.broadcast, () =>
      collect('videos of banned and unbanned users', () => moderation.followBans(), log).finally(() =>
        cache.forgetAll(),
      ),
    )
    const whatLasts = {
      ...{ feed, cache, objectStore, publishing, removal, sensitiveWords, ids, moderation },
      visibilities: createVisibilityRepository(db),
      events: createEventRepository(db),
      search: createSearchRepository(db),
      announceMentioned,
      titles,
      topics,
      recommendations: createRecommendationRepository(db),
      recommender: options.recommender ?? noRecommender,
      following: createFollowingRepository(db),
      trends: createTrendRepository(db),
      views,
      anonymousViews,
      anonymousViewers: options.redis ? openAnonymousViewers(options.redis) : noAnonymousViewers,
      collectRemovals: () => collect('removed videos', () => collectRemovals({ removals, objectStore }), log),
    }
    return {
      resolvers,
      references,
      createContext(caller) {
        const after = notBefore(caller)
        return requestContext(whatLasts, {
          caller,
          loaders: new VideoLoaders({ videos, topics, titles, views: watched, caller }),
          notBefore: after,
          blockedOrMuted: createBlockedOrMuted(relations, cache, caller, after),
          publishedFor: createPublishedFor(relations, caller),
        })
      },
      checkHealth: () => objectStore.checkHealth(),
      works: [banEvents, changes, views, anonymousViews],
    }
  })
}

/** Runs a collection. A failure is only logged, because it is retried. */
async function collect(what: string, work: () => Promise<number>, log: Logger): Promise<void> {
  await work().then(
    (count) => log.debug({ count }, `collected ${what}`),
    (error: unknown) => log.warn({ err: error }, `could not collect ${what}`),
  )
}
