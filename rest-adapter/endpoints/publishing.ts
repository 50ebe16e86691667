import type { Payload, Question, QuestionEndpoint, UploadEndpoint } from '../endpoint.ts'
import type { PublishedVideosQuery } from '../operations.generated.ts'
import { optionalId, textParameter } from '../parameters.ts'
import { itemsOf } from '../presenters/list.ts'
import { presentVideo } from '../presenters/video.ts'

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

export const publishedVideos: QuestionEndpoint = {
  method: 'GET',
  path: '/douyin/publish/list',
  token: 'optional',
  neutral: () => ({ video_list: [] }),
  ask(parameters): Question {
    const userId = optionalId(parameters, 'user_id')
    if (userId === null) return { operation: 'OwnPublishedVideos', variables: {}, present }
    return { operation: 'PublishedVideos', variables: { userId }, present }
  },
}

function present({ user }: PublishedVideosQuery): Payload {
  return { video_list: user ? itemsOf(user.videos).map(presentVideo) : [] }
}
