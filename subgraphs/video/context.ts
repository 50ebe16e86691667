import type { Caller } from '../../platform/caller.ts'
import type { ObjectStore } from '../../platform/object-store.ts'
import type { WordFilter } from '../../platform/word-filter.ts'
import type { FeedRepository } from './feed/repository.ts'
import type { Publishing } from './publishing/publish-video.ts'
import type { Removal } from './removal/delete-video.ts'
import type { createVideoLoaders } from './videos/loaders.ts'

/** A person of whom this subgraph knows only the id. */
export interface UserReference {
  readonly id: string
}

/** What a resolver may use. */
export interface VideoContext {
  readonly caller: Caller
  readonly feed: FeedRepository
  readonly objectStore: Pick<ObjectStore, 'publicUrl'>
  readonly publishing: Publishing
  readonly removal: Removal
  readonly sensitiveWords: WordFilter
  readonly loaders: ReturnType<typeof createVideoLoaders>
}
