import type { UploadEndpoint, ViewEndpoint } from '../endpoint.ts'
import { optionalId, textParameter } from '../parameters.ts'
import { idsOf } from '../presenters/list.ts'

export const publish: UploadEndpoint = {
  method: 'POST',
  path: '/douyin/publish/action',
  token: 'required',
  neutral: () => ({}),
  askAbout: (uploadId, parameters) => ({
    operation: 'PublishVideo',
    variables: { uploadId, title: textParameter(parameters, 'title') },
    present: () => ({}),
  }),
}

export const publishedVideos: ViewEndpoint = {
  method: 'GET',
  path: '/douyin/publish/list',
  token: 'optional',
  neutral: () => ({ video_list: [] }),
  async show(parameters, view) {
    const userId = optionalId(parameters, 'user_id') ?? (await view.viewerId())
    if (userId === null) return { video_list: [] }
    const { user } = await view.askForEverybody('PublishedVideos', { userId })
    return { video_list: await view.videos(user ? idsOf(user.videos) : []) }
  },
}
