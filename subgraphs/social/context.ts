import type { Caller } from '../../platform/caller.ts'
import type { GroupCommit } from '../../platform/group-commit.ts'
import type { IdGenerator } from '../../platform/id-generator.ts'
import type { createCountLoaders } from './counts/loaders.ts'
import type { createLikeLoaders } from './likes/loaders.ts'
import type { LikeChange } from './likes/repository.ts'

/** A person of whom this subgraph knows only the id. */
export interface UserReference {
  readonly id: string
}

/** A video of which this subgraph knows only the id. */
export interface VideoReference {
  readonly id: string
}

/** What a resolver may use. */
export interface SocialContext {
  readonly caller: Caller
  readonly ids: Pick<IdGenerator, 'next'>
  readonly likeChanges: GroupCommit<LikeChange, undefined>
  readonly loaders: ReturnType<typeof createLikeLoaders> & ReturnType<typeof createCountLoaders>
}
