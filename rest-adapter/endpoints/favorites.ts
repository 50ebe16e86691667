import type { Question, QuestionEndpoint, ViewEndpoint } from '../endpoint.ts'
import { chosenAction, optionalId, requiredId } from '../parameters.ts'
import { idsOf } from '../presenters/list.ts'

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

export const favoriteVideos: ViewEndpoint = {
  method: 'GET',
  path: '/douyin/favorite/list',
  token: 'optional',
  neutral: () => ({ video_list: [] }),
  async show(parameters, view) {
    const userId = optionalId(parameters, 'user_id') ?? (await view.viewerId())
    if (userId === null) return { video_list: [] }
    const { user } = await view.askForEverybody('FavoriteVideos', { userId })
    return { video_list: await view.videos(user ? idsOf(user.favoriteVideos) : []) }
  },
}
