import type { Caller } from '../../platform/caller.ts'
import type { GroupCommit } from '../../platform/group-commit.ts'
import type { IdGenerator } from '../../platform/id-generator.ts'
import type { WordFilter } from '../../platform/word-filter.ts'
import type { CommentRemoval, CommentRow, NewComment } from './comments/repository.ts'
import type { ReadFlags } from './flags/repository.ts'
import type { FollowChange } from './follows/repository.ts'
import type { LikeChange } from './likes/repository.ts'
import type { SocialLoaders } from './loaders.ts'

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
  readonly likeChanges: Pick<GroupCommit<LikeChange, undefined>, 'submit'>
  readonly followChanges: Pick<GroupCommit<FollowChange, undefined>, 'submit'>
  readonly newComments: Pick<GroupCommit<NewComment, CommentRow>, 'submit'>
  readonly commentRemovals: Pick<GroupCommit<CommentRemoval, string>, 'submit'>
  /** Reads the flags of pages, those of many requests together. */
  readonly readFlags: ReadFlags
  readonly sensitiveWords: WordFilter
  readonly loaders: SocialLoaders
}
