import type { Viewer } from '../../platform/caller.ts'
import { createCommentLoaders } from './comments/loaders.ts'
import type { CommentRepository } from './comments/repository.ts'
import { createCountLoaders } from './counts/loaders.ts'
import type { CountRepository } from './counts/repository.ts'
import { createFlagLoaders } from './flags/loaders.ts'
import type { ReadFlags } from './flags/repository.ts'
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
  readonly readFlags: ReadFlags
}

export type SocialLoaders = ReturnType<typeof createSocialLoaders>

/** The loaders of one request. */
export function createSocialLoaders(
  { likes, comments, follows, counts, readFlags }: SocialRepositories,
  viewer: Viewer | null,
) {
  const flags = createFlagLoaders(readFlags, viewer)
  return {
    ...flags,
    ...createLikeLoaders(likes, readFlags, viewer),
    ...createCommentLoaders(comments, flags.personFlags),
    ...createFollowLoaders(follows),
    ...createCountLoaders(counts),
  }
}

/** Forgets what was read before a write, so that an operation of several mutations shows the new state after each. */
export function forgetReads(loaders: SocialLoaders): void {
  for (const loader of Object.values(loaders)) loader.clearAll()
}
