import type { VideoCardFragment } from '../operations.generated.ts'
import type { RestUser } from './user.ts'

/** A video as the contract writes it. */
export interface RestVideo {
  readonly id: number
  readonly author: RestUser
  readonly play_url: string
  readonly cover_url: string
  readonly favorite_count: number
  readonly comment_count: number
  readonly is_favorite: boolean
  readonly title: string
}

/** What of a video hardly ever changes. */
export type RestVideoCard = Pick<RestVideo, 'id' | 'play_url' | 'cover_url' | 'title'>
/** What is counted of a video. */
export type RestVideoCounts = Pick<RestVideo, 'favorite_count' | 'comment_count'>

export function presentVideoCard(video: VideoCardFragment): RestVideoCard {
  return { id: Number(video.id), play_url: video.playUrl, cover_url: video.coverUrl, title: video.title }
}

/** What another subgraph could not contribute just now counts as zero. */
export function presentVideoCounts(favoriteCount = 0, commentCount = 0): RestVideoCounts {
  return { favorite_count: favoriteCount, comment_count: commentCount }
}
