import { createGroupCommit, type GroupCommit, type Outcome } from '../../platform/postgres/group-commit.ts'
import type { BoundaryChange, BoundaryRepository } from './boundaries/repository.ts'
import type { CommentRemoval, CommentRepository, CommentRow, NewComment } from './comments/repository.ts'
import type { FollowChange, FollowRepository } from './follows/repository.ts'
import type { SocialCache } from './cache.ts'
import type { AppliedLike, LikeChange, LikeRepository } from './likes/repository.ts'

export interface WritingRepositories {
  readonly likes: Pick<LikeRepository, 'apply'>
  readonly follows: Pick<FollowRepository, 'apply'>
  readonly comments: Pick<CommentRepository, 'add' | 'remove'>
  readonly boundaries: Pick<BoundaryRepository, 'apply'>
}

/**
 * The writes of this subgraph. After each one, the cached values it changed are invalidated before the caller is answered, and
 * the users whom it may have notified are announced.
 */
export function openWrites(
  { likes, follows, comments, boundaries }: WritingRepositories,
  cache: SocialCache,
  announceNotified: (userIds: readonly string[]) => void,
) {
  return {
    likeChanges: forgetting<LikeChange, AppliedLike>(
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
      (changes) => follows.apply(changes),
      (changes) => {
        cache.forgetFollows(changes.flatMap(({ followerId, followeeId }) => [followerId, followeeId]))
        announceNotified(changes.map(({ followeeId }) => followeeId))
      },
    ),
    newComments: forgetting<NewComment, CommentRow>(
      (added) => comments.add(added),
      (added) =>
        cache.forgetComments(
          added.map(({ id }) => id),
          added.map(({ videoId }) => videoId),
        ),
    ),
    commentRemovals: forgetting<CommentRemoval, string>(
      (removals) => comments.remove(removals),
      (removals, outcomes) =>
        cache.forgetComments(
          removals.map(({ commentId }) => commentId),
          outcomes && successesOf(outcomes),
        ),
    ),
    // A block removes the follows between two users.
    boundaryChanges: forgetting<BoundaryChange, undefined>(
      (changes) => boundaries.apply(changes),
      (changes) => cache.forgetFollows(changes.flatMap(({ ownerId, otherId }) => [ownerId, otherId])),
    ),
  }
}

/** @param forget gets null as the outcomes when it is unknown whether the writes were committed. */
function forgetting<Write, Result>(
  commit: (writes: readonly Write[]) => Promise<readonly Outcome<Result>[]>,
  forget: (writes: readonly Write[], outcomes: readonly Outcome<Result>[] | null) => void,
): GroupCommit<Write, Result> {
  return createGroupCommit(async (writes) => {
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
