import type { Endpoint } from '../endpoint.ts'
import { changeComment, comments } from './comments.ts'
import { changeFavorite, favoriteVideos } from './favorites.ts'
import { feeds, type FeedKind } from './feed.ts'
import { chat, sendMessage } from './messages.ts'
import { publish, publishedVideos } from './publishing.ts'
import { changeRelation, followers, following, friends } from './relations.ts'
import { login, profile, register } from './users.ts'

/** The sixteen routes of the contract. */
export const endpoints: readonly Endpoint[] = endpointsWith('latest')

export function endpointsWith(feed: FeedKind): readonly Endpoint[] {
  return [
    feeds[feed],
    register,
    login,
    profile,
    publish,
    publishedVideos,
    changeFavorite,
    favoriteVideos,
    changeComment,
    comments,
    changeRelation,
    following,
    followers,
    friends,
    chat,
    sendMessage,
  ]
}
