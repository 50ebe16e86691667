import type { UserCardFragment, UserFragment } from '../operations.generated.ts'

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

/** What of a person hardly ever changes. */
export type RestUserCard = Pick<RestUser, 'id' | 'name' | 'avatar' | 'background_image' | 'signature'>
/** What is counted of a person. */
export type RestUserCounts = Omit<RestUser, keyof RestUserCard | 'is_follow'>

/** A whole person may be missing, while the subgraph that knows him is away. */
export function presentUserCard(user: UserCardFragment | null): RestUserCard {
  return {
    id: Number(user?.id ?? 0),
    name: user?.name ?? '',
    avatar: user?.avatar ?? '',
    background_image: user?.backgroundImage ?? '',
    signature: user?.signature ?? '',
  }
}

/** What another subgraph could not contribute just now counts as zero. */
export function presentUserCounts(counts: Partial<Omit<UserFragment, keyof UserCardFragment>> | null): RestUserCounts {
  return {
    follow_count: counts?.followCount ?? 0,
    follower_count: counts?.followerCount ?? 0,
    total_favorited: counts?.totalFavorited ?? 0,
    work_count: counts?.workCount ?? 0,
    favorite_count: counts?.favoriteCount ?? 0,
  }
}

/** A person as a viewer sees him. */
export function presentUser(user: UserFragment | null): RestUser {
  return { ...presentUserCard(user), ...presentUserCounts(user), is_follow: user?.isFollow ?? false }
}
