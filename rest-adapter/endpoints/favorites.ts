import type { Payload, Question, QuestionEndpoint } from '../endpoint.ts'
import type { FavoriteVideosQuery } from '../operations.generated.ts'
import { chosenAction, optionalId, requiredId } from '../parameters.ts'
import { itemsOf } from '../presenters/list.ts'
import { presentVideo } from '../presenters/video.ts'

export const changeFavorite: QuestionEndpoint = {
  method: 'POST',
  path: '/douyin/favorite/action',
  token: 'required',
  neutral: () => ({}),
  ask(parameters): Question {
    const operation = chosenAction(parameters, { 1: 'FavoriteVideo', 2: 'UnfavoriteVideo' } as const)
    return { operation, variables: { videoId: requiredId(parameters, 'video_id') }, present: () => ({}) }
  },
}

export const favoriteVideos: QuestionEndpoint = {
  method: 'GET',
  path: '/douyin/favorite/list',
  token: 'optional',
  neutral: () => ({ video_list: [] }),
  ask(parameters): Question {
    const userId = optionalId(parameters, 'user_id')
    if (userId === null) return { operation: 'OwnFavoriteVideos', variables: {}, present }
    return { operation: 'FavoriteVideos', variables: { userId }, present }
  },
}

function present({ user }: FavoriteVideosQuery): Payload {
  return { video_list: user ? itemsOf(user.favoriteVideos).map(presentVideo) : [] }
}
