import type { Caller } from '../../platform/auth/caller.ts'
import type { GroupCommit } from '../../platform/postgres/group-commit.ts'
import type { IdGenerator } from '../../platform/postgres/id-generator.ts'
import type { WordFilter } from '../../platform/text/word-filter.ts'
import type { BoundaryChange, BoundaryRepository } from './boundaries/repository.ts'
import type { CommentRemoval, CommentRepository, CommentRow, NewComment } from './comments/repository.ts'
import type { ViewerFlags } from './flags/viewer-flags.ts'
import type { FollowChange } from './follows/repository.ts'
import type { KeptSocial } from './kept.ts'
import type { AppliedLike, LikeChange } from './likes/repository.ts'
import type { NodeRepository } from './nodes/repository.ts'

/** Null where nobody asks for it, an Error when it could not be read. */
type Read<Value> = Value | Error | null

/** A person of whom this subgraph knows the id, with what is asked of him. */
export interface UserReference {
  readonly __typename: 'User'
  readonly id: string
  readonly followingCount: Read<number>
  readonly followerCount: Read<number>
  readonly favoriteCount: Read<number>
  readonly totalFavorited: Read<number>
  readonly isFollow: Read<boolean>
  readonly isBlocked: Read<boolean>
  readonly isMuted: Read<boolean>
}

/** A video of which this subgraph knows the id, with what is asked of it. */
export interface VideoReference {
  readonly __typename: 'Video'
  readonly id: string
  readonly favoriteCount: Read<number>
  readonly commentCount: Read<number>
  readonly isFavorite: Read<boolean>
}

/** What a resolver may use. */
export interface SocialContext {
  readonly caller: Caller
  readonly ids: Pick<IdGenerator, 'next'>
  readonly likeChanges: Pick<GroupCommit<LikeChange, AppliedLike>, 'submit'>
  readonly followChanges: Pick<GroupCommit<FollowChange, undefined>, 'submit'>
  readonly newComments: Pick<GroupCommit<NewComment, CommentRow>, 'submit'>
  readonly commentRemovals: Pick<GroupCommit<CommentRemoval, string>, 'submit'>
  readonly boundaryChanges: Pick<GroupCommit<BoundaryChange, undefined>, 'submit'>
  readonly comments: Pick<CommentRepository, 'findListed'>
  readonly boundaries: Pick<BoundaryRepository, 'page' | 'videosOfBlockedOrMuted'>
  readonly nodes: NodeRepository
  readonly sensitiveWords: WordFilter
  /** What was true a moment ago, for whoever is shown it. Whoever writes forgets what it concerns. */
  readonly kept: KeptSocial
  /** After which moment what is kept must have been read for this caller. */
  readonly notBefore: number
  /** What the viewer has to do with people and videos, as it is now. */
  readonly flags: ViewerFlags
}
