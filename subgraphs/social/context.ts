import type { Caller } from '../../platform/caller.ts'
import type { GroupCommit } from '../../platform/group-commit.ts'
import type { IdGenerator } from '../../platform/id-generator.ts'
import type { WordFilter } from '../../platform/word-filter.ts'
import type { BoundaryChange, BoundaryRepository } from './boundaries/repository.ts'
import type { CommentRemoval, CommentRow, NewComment } from './comments/repository.ts'
import type { UserCounts, VideoCounts } from './counts/repository.ts'
import type { PersonFlags } from './flags/loaders.ts'
import type { ReadFlags } from './flags/repository.ts'
import type { FollowChange } from './follows/repository.ts'
import type { LikeChange } from './likes/repository.ts'
import type { SocialLoaders } from './loaders.ts'
import type { NodeRepository } from './nodes/repository.ts'

/** A person of whom this subgraph knows the id, and what was read of him together with others. */
export interface UserReference {
  readonly id: string
  readonly counts?: UserCounts | undefined
  readonly flags?: PersonFlags | undefined
}

/** A video of which this subgraph knows the id, and what was read of it together with others. */
export interface VideoReference {
  readonly id: string
  readonly counts?: VideoCounts | undefined
  readonly isFavorite?: boolean | undefined
}

/** A person with whom something changed, and the viewer, who changed it. */
export interface PeopleChanged {
  readonly user: UserReference
  readonly viewer: UserReference
}

/** What a resolver may use. */
export interface SocialContext {
  readonly caller: Caller
  readonly ids: Pick<IdGenerator, 'next'>
  readonly likeChanges: Pick<GroupCommit<LikeChange, undefined>, 'submit'>
  readonly followChanges: Pick<GroupCommit<FollowChange, undefined>, 'submit'>
  readonly newComments: Pick<GroupCommit<NewComment, CommentRow>, 'submit'>
  readonly commentRemovals: Pick<GroupCommit<CommentRemoval, string>, 'submit'>
  readonly boundaryChanges: Pick<GroupCommit<BoundaryChange, undefined>, 'submit'>
  readonly boundaries: Pick<BoundaryRepository, 'page' | 'hiddenVideos'>
  readonly nodes: NodeRepository
  /** Reads the flags of pages, those of many requests together. */
  readonly readFlags: ReadFlags
  readonly sensitiveWords: WordFilter
  readonly loaders: SocialLoaders
}
