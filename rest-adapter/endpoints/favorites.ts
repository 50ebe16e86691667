import type { Question, QuestionEndpoint } from '../endpoint.ts'
import type { FavoriteVideosQuery } from '../operations.generated.ts'
import { chosenAction, optionalId, requiredId } from '../parameters.ts'
import { itemsOf } from '../presenters/list.ts'
import { presentVideo, type RestVideo } from '../presenters/video.ts'

export const changeFavorite: QuestionEndpoint = {
  kind: 'question',
  method: 'POST',
  path: '/douyin/favorite/action',
  token: 'required',
  neutral: () => ({}),
  ask(parameters) {
    const operation = chosenAction(parameters, { 1: 'FavoriteVideo', 2: 'UnfavoriteVideo' } as const)
    return { operation, variables: { videoId: requiredId(parameters, 'video_id') }, present: () => ({}) }
  },
}

interface FavoritesPayload {
  readonly video_list: readonly RestVideo[]
}

export const favoriteVideos: QuestionEndpoint<FavoritesPayload> = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/favorite/list',
  token: 'optional',
  neutral: () => ({ video_list: [] }),
  ask(parameters): Question<FavoritesPayload> {
    const userId = optionalId(parameters, 'user_id')
    if (userId === null) return { operation: 'OwnFavoriteVideos', variables: {}, present: presentFavorites }
    return { operation: 'FavoriteVideos', variables: { userId }, present: presentFavorites }
  },
}

function presentFavorites({ user }: FavoriteVideosQuery): FavoritesPayload {
  return { video_list: user ? itemsOf(user.favoriteVideos).map(presentVideo) : [] }
}
