import type { Caller } from '../../platform/auth/caller.ts'
import type { IdGenerator } from '../../platform/postgres/id-generator.ts'
import type { ObjectStore } from '../../platform/storage/object-store.ts'
import type { WordFilter } from '../../platform/text/word-filter.ts'
import type { EventRepository } from './events/repository.ts'
import type { FeedRepository } from './feed/repository.ts'
import type { VideoCache } from './cache.ts'
import type { ModerationRepository } from './moderation/repository.ts'
import type { Publishing } from './publishing/publish-upload.ts'
import type { Removal } from './removal/repository.ts'
import type { SearchRepository } from './search/repository.ts'
import type { TitleRepository } from './titles/repository.ts'
import type { TopicRepository } from './topics/repository.ts'
import type { GroupCommit } from '../../platform/postgres/group-commit.ts'
import type { FollowingRepository } from './following/repository.ts'
import type { TrendRepository } from './trending/repository.ts'
import type { View } from './views/repository.ts'
import type { AnonymousViewers } from './views/anonymous-viewers.ts'
import type { AnnounceMentioned } from './titles/notified-mentions.ts'
import type { Recommender } from './recommended/recommender.ts'
import type { RecommendationRepository } from './recommended/repository.ts'
import type { VisibilityRepository } from './visibility/repository.ts'
import type { BlockedOrMuted } from './videos/blocked-or-muted.ts'
import type { PublishedFor } from './videos/published-for.ts'
import type { VideoLoaders } from './videos/loaders.ts'

/** The context of resolvers. */
export interface VideoContext {
  readonly caller: Caller
  readonly feed: FeedRepository
  readonly search: SearchRepository
  readonly titles: TitleRepository
  readonly topics: TopicRepository
  readonly recommendations: RecommendationRepository
  readonly anonymousViews: Pick<GroupCommit<string, boolean>, 'submit'>
  readonly anonymousViewers: AnonymousViewers
  readonly announceMentioned: AnnounceMentioned
  readonly recommender: Recommender
  readonly following: FollowingRepository
  readonly trends: TrendRepository
  readonly views: Pick<GroupCommit<View, boolean>, 'submit'>
  readonly objectStore: Pick<ObjectStore, 'publicUrl' | 'signedUrl'>
  readonly publishing: Publishing
  readonly removal: Removal
  readonly sensitiveWords: WordFilter
  readonly ids: Pick<IdGenerator, 'next'>
  readonly moderation: ModerationRepository
  readonly visibilities: VisibilityRepository
  readonly events: EventRepository
  /** Removes the objects of videos whose time of grace is over. Failing at that is no reason to refuse anything. */
  readonly collectRemovals: () => Promise<void>
  readonly loaders: VideoLoaders
  /** Cached videos, for display. Every write invalidates the values it changes. */
  readonly cache: VideoCache
  /** After which time a cached value must have been read for this caller. */
  readonly notBefore: number
  readonly blockedOrMuted: BlockedOrMuted
  readonly publishedFor: PublishedFor
}
