import type { Caller } from '../../platform/auth/caller.ts'
import type { GroupCommit } from '../../platform/postgres/group-commit.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import type { IdGenerator } from '../../platform/postgres/id-generator.ts'
import type { WordFilter } from '../../platform/text/word-filter.ts'
import type { BookmarkChange, BookmarkRepository } from './bookmarks/repository.ts'
import type { BoundaryChange, BoundaryRepository } from './boundaries/repository.ts'
import type { CommentLikeChange, CommentLikeRepository } from './comment-likes/repository.ts'
import type {
  CommentRemoval,
  CommentRepository,
  CommentRow,
  NewComment,
  RemovedComment,
} from './comments/repository.ts'
import type { ViewerFlags } from './flags/viewer-flags.ts'
import type { FollowChange } from './follows/repository.ts'
import type { SocialCache } from './cache.ts'
import type { AppliedLike, LikeChange } from './likes/repository.ts'
import type { MentionRepository } from './mentions/repository.ts'
import type { NotificationRepository } from './notifications/repository.ts'
import type { NodeRepository } from './nodes/repository.ts'
import type { NewReply, ReplyRow } from './replies/repository.ts'
import type { ReportRepository } from './reports/repository.ts'
import type { Share } from './shares/repository.ts'
import type { VideoFactRepository } from './videos/repository.ts'
import type { CommentPolicy, VideoSettingsRepository } from './video-settings/repository.ts'

/** Null when it is not selected, an Error when it could not be read. */
export type Read<Value> = Value | Error | null

/** A user of whom this subgraph only knows the id, with the selected fields. */
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

/** A video of which this subgraph only knows the id, with the selected fields. */
export interface VideoReference {
  readonly __typename: 'Video'
  readonly id: string
  readonly favoriteCount: Read<number>
  readonly commentCount: Read<number>
  readonly isFavorite: Read<boolean>
  readonly bookmarkCount: Read<number>
  readonly isBookmarked: Read<boolean>
  readonly shareCount: Read<number>
  readonly commentPolicy: Read<CommentPolicy>
  readonly pinnedCommentId: Read<string>
}

/** The context of resolvers. */
export interface SocialContext {
  readonly caller: Caller
  readonly ids: Pick<IdGenerator, 'next'>
  readonly likeChanges: Pick<GroupCommit<LikeChange, AppliedLike>, 'submit'>
  readonly followChanges: Pick<GroupCommit<FollowChange, undefined>, 'submit'>
  readonly newComments: Pick<GroupCommit<NewComment, CommentRow>, 'submit'>
  readonly newReplies: Pick<GroupCommit<NewReply, ReplyRow>, 'submit'>
  readonly commentRemovals: Pick<GroupCommit<CommentRemoval, RemovedComment>, 'submit'>
  readonly bookmarkChanges: Pick<GroupCommit<BookmarkChange, undefined>, 'submit'>
  readonly newShares: Pick<GroupCommit<Share, undefined>, 'submit'>
  readonly commentLikeChanges: Pick<GroupCommit<CommentLikeChange, undefined>, 'submit'>
  readonly boundaryChanges: Pick<GroupCommit<BoundaryChange, undefined>, 'submit'>
  readonly comments: Pick<CommentRepository, 'findListed'>
  readonly commentLikes: Pick<CommentLikeRepository, 'liked'>
  readonly reports: ReportRepository
  readonly bookmarks: Pick<BookmarkRepository, 'page' | 'bookmarked'>
  readonly videoSettings: Pick<VideoSettingsRepository, 'setCommentPolicy' | 'pin'>
  readonly boundaries: Pick<BoundaryRepository, 'page'>
  readonly videos: Pick<VideoFactRepository, 'friendsAmong'>
  readonly nodes: NodeRepository
  readonly mentions: MentionRepository
  readonly notifications: NotificationRepository
  readonly broadcast: Pick<Broadcast, 'publish'>
  readonly sensitiveWords: WordFilter
  /** Cached values, for display. Every write invalidates the values it changes. */
  readonly cache: SocialCache
  /** After which time a cached value must have been read for this caller. */
  readonly notBefore: number
  /** The viewer's current relations to users and videos. */
  readonly flags: ViewerFlags
}
