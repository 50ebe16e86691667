import type { GraphRequest, GraphEndpoint } from '../endpoint.ts'
import type { FavoriteVideosQuery } from '../operations.generated.ts'
import { chosenAction, optionalId, requiredId } from '../parameters.ts'
import { itemsOf } from '../presenters/list.ts'
import { presentVideo, type RestVideo } from '../presenters/video.ts'

export const changeFavorite: GraphEndpoint = {
  kind: 'question',
  method: 'POST',
  path: '/douyin/favorite/action',
  token: 'required',
  failurePayload: () => ({}),
  requestFor(parameters) {
    const operation = chosenAction(parameters, { 1: 'FavoriteVideo', 2: 'UnfavoriteVideo' } as const)
    return { operation, variables: { videoId: requiredId(parameters, 'video_id') }, present: () => ({}) }
  },
}

interface FavoritesPayload {
  readonly video_list: readonly RestVideo[]
}

export const favoriteVideos: GraphEndpoint<FavoritesPayload> = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/favorite/list',
  token: 'optional',
  failurePayload: () => ({ video_list: [] }),
  requestFor(parameters): GraphRequest<FavoritesPayload> {
    const userId = optionalId(parameters, 'user_id')
    if (userId === null) return { operation: 'OwnFavoriteVideos', variables: {}, present: presentFavorites }
    return { operation: 'FavoriteVideos', variables: { userId }, present: presentFavorites }
  },
}

function presentFavorites({ user }: FavoriteVideosQuery): FavoritesPayload {
  return { video_list: user ? itemsOf(user.favoriteVideos).map(presentVideo) : [] }
}
