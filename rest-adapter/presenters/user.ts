import type { UserFragment } from '../operations.generated.ts'

/** A user in the contract. */
export interface RestUser {
  readonly id: number
  readonly name: string
  readonly follow_count: number
  readonly follower_count: number
  readonly is_follow: boolean
  readonly avatar: string
  readonly background_image: string
  readonly signature: string
  readonly total_favorited: number
  readonly work_count: number
  readonly favorite_count: number
}

/** Used for users who do not exist, or cannot be shown while a subgraph is down. */
export const noUser: RestUser = {
  id: 0,
  name: '',
  follow_count: 0,
  follower_count: 0,
  is_follow: false,
  avatar: '',
  background_image: '',
  signature: '',
  total_favorited: 0,
  work_count: 0,
  favorite_count: 0,
}

/** A user as the viewer sees them. Missing contributions of subgraphs count as zero. */
export function presentUser(user: UserFragment | null): RestUser {
  if (user === null) return noUser
  return {
    id: Number(user.id),
    name: user.name,
    follow_count: user.followingCount ?? 0,
    follower_count: user.followerCount ?? 0,
    is_follow: user.isFollow ?? false,
    avatar: user.avatar,
    background_image: user.backgroundImage,
    signature: user.signature,
    total_favorited: user.totalFavorited ?? 0,
    work_count: user.workCount ?? 0,
    favorite_count: user.favoriteCount ?? 0,
  }
}
