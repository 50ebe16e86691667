import type { Caller } from '../../platform/caller.ts'
import type { IdGenerator } from '../../platform/id-generator.ts'
import type { ObjectStore } from '../../platform/object-store.ts'
import type { WordFilter } from '../../platform/word-filter.ts'
import type { FeedRepository } from './feed/repository.ts'
import type { ModerationRepository } from './moderation/repository.ts'
import type { Publishing } from './publishing/publish-video.ts'
import type { Removal } from './removal/delete-video.ts'
import type { createVideoLoaders } from './videos/loaders.ts'

/** A person of whom this subgraph knows the id, and what was read of him together with others. */
export interface UserReference {
  readonly id: string
  readonly workCount?: number | undefined
}

/** What a resolver may use. */
export interface VideoContext {
  readonly caller: Caller
  readonly feed: FeedRepository
  readonly objectStore: Pick<ObjectStore, 'publicUrl'>
  readonly publishing: Publishing
  readonly removal: Removal
  readonly sensitiveWords: WordFilter
  readonly ids: Pick<IdGenerator, 'next'>
  readonly moderation: ModerationRepository
  /** Removes the objects of videos whose time of grace is over. Failing at that is no reason to refuse anything. */
  readonly collectRemovals: () => Promise<void>
  readonly loaders: ReturnType<typeof createVideoLoaders>
}
