import type { VideoFragment } from '../operations.generated.ts'
import { presentUser, type RestUser } from './user.ts'

/** A video in the contract. */
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

/** A video as the viewer sees it. Missing contributions of subgraphs count as zero. */
export function presentVideo(video: VideoFragment): RestVideo {
  return {
    id: Number(video.id),
    author: presentUser(video.author),
    play_url: video.playUrl,
    cover_url: video.coverUrl,
    favorite_count: video.favoriteCount ?? 0,
    comment_count: video.commentCount ?? 0,
    is_favorite: video.isFavorite ?? false,
    title: video.title,
  }
}
