import type { UserFragment } from '../operations.generated.ts'

/** A person as the contract writes him. */
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

/** What another subgraph could not contribute just now counts as zero; so does a whole person. */
export function presentUser(user: UserFragment | null): RestUser {
  return {
    id: Number(user?.id ?? 0),
    name: user?.name ?? '',
    follow_count: user?.followCount ?? 0,
    follower_count: user?.followerCount ?? 0,
    is_follow: user?.isFollow ?? false,
    avatar: user?.avatar ?? '',
    background_image: user?.backgroundImage ?? '',
    signature: user?.signature ?? '',
    total_favorited: user?.totalFavorited ?? 0,
    work_count: user?.workCount ?? 0,
    favorite_count: user?.favoriteCount ?? 0,
  }
}
