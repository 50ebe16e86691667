import type { Viewer } from '../../platform/caller.ts'
import { createBoundaryLoaders } from './boundaries/loaders.ts'
import type { BoundaryRepository } from './boundaries/repository.ts'
import { createCommentLoaders } from './comments/loaders.ts'
import type { CommentRepository } from './comments/repository.ts'
import { createCountLoaders } from './counts/loaders.ts'
import type { CountRepository } from './counts/repository.ts'
import { createFollowLoaders } from './follows/loaders.ts'
import type { FollowRepository } from './follows/repository.ts'
import { createLikeLoaders } from './likes/loaders.ts'
import type { LikeRepository } from './likes/repository.ts'

/** What the loaders read from. */
export interface SocialRepositories {
  readonly likes: LikeRepository
  readonly comments: CommentRepository
  readonly follows: FollowRepository
  readonly counts: CountRepository
  readonly boundaries: BoundaryRepository
}

export type SocialLoaders = ReturnType<typeof createSocialLoaders>

/** The loaders of one request. */
export function createSocialLoaders(repositories: SocialRepositories, viewer: Viewer | null) {
  const { likes, comments, follows, counts, boundaries } = repositories
  return {
    ...createLikeLoaders(likes, viewer),
    ...createCommentLoaders(comments, viewer),
    ...createFollowLoaders(follows, viewer),
    ...createCountLoaders(counts),
    ...createBoundaryLoaders(boundaries, viewer),
  }
}

/** Forgets what was read before a write, so that an operation of several mutations shows the new state after each. */
export function forgetReads(loaders: SocialLoaders): void {
  for (const loader of Object.values(loaders)) loader.clearAll()
}
