import { createGroupCommit, type GroupCommit, type Outcome } from '../../platform/postgres/group-commit.ts'
import type { BookmarkChange, BookmarkRepository } from './bookmarks/repository.ts'
import type { BoundaryChange, BoundaryRepository } from './boundaries/repository.ts'
import type { CommentLikeChange, CommentLikeRepository } from './comment-likes/repository.ts'
import type {
  AddedComment,
  CommentRemoval,
  CommentRepository,
  CommentRow,
  NewComment,
  RemovedComment,
} from './comments/repository.ts'
import type { FollowChange, FollowRepository } from './follows/repository.ts'
import type { SocialCache } from './cache.ts'
import type { AppliedLike, LikeChange, LikeRepository } from './likes/repository.ts'
import type { Share, ShareRepository } from './shares/repository.ts'
import type { NewReply, ReplyRepository, ReplyRow } from './replies/repository.ts'

export interface WritingRepositories {
  readonly bookmarks: Pick<BookmarkRepository, 'apply'>
  readonly shares: Pick<ShareRepository, 'add'>
  readonly likes: Pick<LikeRepository, 'apply'>
  readonly follows: Pick<FollowRepository, 'apply'>
  readonly comments: Pick<CommentRepository, 'add' | 'remove'>
  readonly replies: Pick<ReplyRepository, 'add'>
  readonly commentLikes: Pick<CommentLikeRepository, 'apply'>
  readonly boundaries: Pick<BoundaryRepository, 'apply'>
}

/**
 * The writes of this subgraph. After each one, the cached values it changed are invalidated before the caller is answered, and
 * the users whom it may have notified are announced.
 */
export function openWrites(
  { likes, bookmarks, shares, follows, comments, replies, commentLikes, boundaries }: WritingRepositories,
  cache: SocialCache,
  announceNotified: (userIds: readonly string[]) => void,
) {
  return {
    likeChanges: forgetting<LikeChange, AppliedLike>(
      'likes',
      (changes) => likes.apply(changes),
      (changes, outcomes) => {
        const authorIds = outcomes && successesOf(outcomes).map(({ authorId }) => authorId)
        cache.forgetLikes(
          changes.map(({ videoId }) => videoId),
          changes.map(({ userId }) => userId),
          authorIds,
        )
        announceNotified(authorIds ?? [])
      },
    ),
    followChanges: forgetting<FollowChange, undefined>(
      'follows',
      (changes) => follows.apply(changes),
      (changes) => {
        cache.forgetFollows(changes.flatMap(({ followerId, followeeId }) => [followerId, followeeId]))
        announceNotified(changes.map(({ followeeId }) => followeeId))
      },
    ),
    newComments: forgetting<NewComment, AddedComment>(
      'comments',
      (added) => comments.add(added),
      (added, outcomes) => {
        cache.forgetComments(
          added.map(({ id }) => id),
          added.map(({ videoId }) => videoId),
        )
        announceNotified(outcomes ? successesOf(outcomes).flatMap((row) => [row.recipientId, ...mentionedIn(row)]) : [])
      },
    ),
    newReplies: forgetting<NewReply, ReplyRow>(
      'replies',
      (added) => replies.add(added),
      (_, outcomes) => {
        const rows = outcomes && successesOf(outcomes)
        cache.forgetReplies(rows && rows.map(({ parentId }) => parentId))
        announceNotified(rows ? rows.flatMap((row) => [row.answeredUserId, ...mentionedIn(row)]) : [])
      },
    ),
    commentRemovals: forgetting<CommentRemoval, RemovedComment>(
      'comment removals',
      (removals) => comments.remove(removals),
      (removals, outcomes) => {
        const removed = outcomes && successesOf(outcomes)
        cache.forgetComments(
          removals.map(({ commentId }) => commentId),
          removed && removed.map(({ videoId }) => videoId),
        )
        cache.forgetReplies(removed && removed.flatMap(({ parentId }) => parentId ?? []))
      },
    ),
    bookmarkChanges: forgetting<BookmarkChange, undefined>(
      'bookmarks',
      (changes) => bookmarks.apply(changes),
      (changes) => cache.forgetVideoCounts(changes.map(({ videoId }) => videoId)),
    ),
    newShares: forgetting<Share, undefined>(
      'shares',
      (added) => shares.add(added),
      (added) => cache.forgetVideoCounts(added.map(({ videoId }) => videoId)),
    ),
    commentLikeChanges: forgetting<CommentLikeChange, undefined>(
      'comment likes',
      (changes) => commentLikes.apply(changes),
      (changes) => cache.forgetCommentLikes(changes.map(({ commentId }) => commentId)),
    ),
    // A block removes the follows between two users.
    boundaryChanges: forgetting<BoundaryChange, undefined>(
      'blocks and mutes',
      (changes) => boundaries.apply(changes),
      (changes) => cache.forgetFollows(changes.flatMap(({ ownerId, otherId }) => [ownerId, otherId])),
    ),
  }
}

function mentionedIn({ mentions }: Pick<CommentRow, 'mentions'>): string[] {
  return mentions?.map(({ userId }) => userId) ?? []
}

/** @param forget gets null as the outcomes when it is unknown whether the writes were committed. */
function forgetting<Write, Result>(
  name: string,
  commit: (writes: readonly Write[]) => Promise<readonly Outcome<Result>[]>,
  forget: (writes: readonly Write[], outcomes: readonly Outcome<Result>[] | null) => void,
): GroupCommit<Write, Result> {
  return createGroupCommit(name, async (writes) => {
    let outcomes: readonly Outcome<Result>[] | null = null
    try {
      return (outcomes = await commit(writes))
    } finally {
      forget(writes, outcomes)
    }
  })
}

function successesOf<Result>(outcomes: readonly Outcome<Result>[]): Result[] {
  return outcomes.filter((outcome): outcome is Exclude<Outcome<Result>, Error> => !(outcome instanceof Error))
}
