import type { SocialTables } from '../../db/ownership.ts'
import { notBefore } from '../../platform/auth/caller.ts'
import { openChanges } from '../../platform/caching/changes.ts'
import { batchReads } from '../../platform/caching/batched-reads.ts'
import { announceEvents } from '../../schema/topics.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { requestContext } from '../../platform/graphql/request-context.ts'
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import { noWords } from '../../platform/text/word-filter.ts'
import { createBookmarkRepository } from './bookmarks/repository.ts'
import { createBoundaryRepository } from './boundaries/repository.ts'
import { startSubgraphProcess, type SubgraphOptions } from '../subgraph-process.ts'
import type { SocialContext } from './context.ts'
import { createCommentLikeRepository } from './comment-likes/repository.ts'
import { createCommentRepository } from './comments/repository.ts'
import { createCountRepository } from './counts/repository.ts'
import { createFlagRepository, type PageOfViewer } from './flags/repository.ts'
import { createViewerFlags } from './flags/viewer-flags.ts'
import { createFollowRepository } from './follows/repository.ts'
import { createSocialCache } from './cache.ts'
import { createLikeRepository } from './likes/repository.ts'
import { createMentionRepository } from './mentions/repository.ts'
import { createNotificationRepository } from './notifications/repository.ts'
import { createNodeRepository } from './nodes/repository.ts'
import { createReplyRepository } from './replies/repository.ts'
import { references } from './references.ts'
import { resolvers } from './resolvers.ts'
import { createReportRepository } from './reports/repository.ts'
import { createShareRepository } from './shares/repository.ts'
import { createVideoFactRepository } from './videos/repository.ts'
import { createVideoSettingsRepository } from './video-settings/repository.ts'
import { openWrites } from './writes.ts'

export interface SocialOptions extends SubgraphOptions {
  /** Announces notified users to the event streams; without it they poll. */
  readonly broadcast?: Pick<Broadcast, 'publish'> | undefined
  /** Whether a recommender is told of likes. */
  readonly keepsFeedback?: boolean
}

/** Wires the social subgraph to its database. */
export function startSocial(options: SocialOptions): Promise<Subgraph> {
  const { sensitiveWords = noWords, broadcast = { publish: () => undefined } } = options
  return startSubgraphProcess<SocialTables, SocialContext>('social', options, ({ db, ids }) => {
    const likes = createLikeRepository(db, options)
    const comments = createCommentRepository(db)
    const replies = createReplyRepository(db)
    const bookmarks = createBookmarkRepository(db)
    const reports = createReportRepository(db)
    const shares = createShareRepository(db)
    const commentLikes = createCommentLikeRepository(db)
    const videoSettings = createVideoSettingsRepository(db)
    const videos = createVideoFactRepository(db)
    const follows = createFollowRepository(db)
    const counts = createCountRepository(db)
    const flags = createFlagRepository(db)
    const boundaries = createBoundaryRepository(db)
    const nodes = createNodeRepository(db)
    const notifications = createNotificationRepository(db)
    const readFlags = batchReads((pages: readonly PageOfViewer[]) => flags.ofPages(pages))
    const changes = openChanges({ ...options, schema: 'social', views: ['video.video_changes'] })
    const cache = createSocialCache(
      { likes, comments, replies, videoSettings, videos, follows, counts, flags },
      changes,
    )
    const writes = openWrites(
      { likes, bookmarks, shares, comments, replies, commentLikes, follows, boundaries },
      cache,
      (userIds) => announceEvents(broadcast, 'social', userIds),
    )
    const whatLasts = {
      ...{
        ids,
        ...writes,
        sensitiveWords,
        comments,
        commentLikes,
        bookmarks,
        reports,
        videoSettings,
        videos,
        boundaries,
        nodes,
        notifications,
        mentions: createMentionRepository(db),
      },
      ...{ broadcast, cache },
    }
    return {
      resolvers,
      references,
      createContext: (caller) =>
        requestContext(whatLasts, {
          caller,
          notBefore: notBefore(caller),
          flags: createViewerFlags(readFlags, cache, caller),
        }),
      works: [...Object.values(writes), changes],
    }
  })
}
