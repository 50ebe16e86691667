import { createPageLoader } from '../../../platform/page-loader.ts'
import type { FollowRepository } from './repository.ts'

/** Loaders of one request, named as the fields that they serve. */
export function createFollowLoaders(follows: FollowRepository) {
  return {
    following: createPageLoader((userIds, page) => follows.following(userIds, page)),
    followers: createPageLoader((userIds, page) => follows.followers(userIds, page)),
    friends: createPageLoader((userIds, page) => follows.friends(userIds, page)),
  }
}
