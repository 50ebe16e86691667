import type { Kysely } from 'kysely'
import type { VideoTables } from '../../db/ownership.ts'
import type { ScheduledJob } from '../../platform/runtime/scheduled-job.ts'
import type { ObjectStore } from '../../platform/storage/object-store.ts'
import { feedbackJob, type RecommenderAddress } from '../feedback.ts'
import { createModerationRepository } from './moderation/repository.ts'
import { collectRemovals, removeMoved } from './removal/collect-removals.ts'
import { createRemovalRepository } from './removal/repository.ts'
import { collectUploads } from './uploads/collect-uploads.ts'
import { createTitleRepository } from './titles/repository.ts'
import { createTrendRepository } from './trending/repository.ts'
import { createViewRepository } from './views/repository.ts'
import { createRecommendationRepository } from './recommended/repository.ts'
import { createUploadRepository } from './uploads/repository.ts'

/** The scheduled jobs of the video subgraph. */
export function scheduledVideoJobs(
  db: Kysely<VideoTables>,
  objectStore: ObjectStore,
  recommender?: RecommenderAddress,
): ScheduledJob[] {
  const uploads = createUploadRepository(db)
  const removals = createRemovalRepository(db)
  const moderation = createModerationRepository(db)
  const titles = createTitleRepository(db)
  const trends = createTrendRepository(db)
  const views = createViewRepository(db)
  const recommendations = createRecommendationRepository(db)
  return [
    ...(recommender ? [feedbackJob(db, 'read', recommender)] : []),
    { name: 'collect-removals', pattern: '* * * * *', work: () => collectRemovals({ removals, objectStore }) },
    { name: 'remove-moved', pattern: '* * * * *', work: () => removeMoved({ removals, objectStore }) },
    // All processes are notified of a ban, unless Redis or the process is down at that time.
    { name: 'follow-bans', pattern: '*/5 * * * *', work: () => moderation.followBans() },
    { name: 'read-titles', pattern: '* * * * *', work: () => titles.readUnread() },
    { name: 'rank-trends', pattern: '* * * * *', work: () => trends.rank() },
    { name: 'make-view-partitions', pattern: '23 * * * *', work: () => views.makePartitions() },
    { name: 'remove-old-recommendations', pattern: '41 * * * *', work: () => recommendations.removeOld() },
    { name: 'collect-uploads', pattern: '17 * * * *', work: () => collectUploads({ uploads, objectStore }) },
  ]
}
