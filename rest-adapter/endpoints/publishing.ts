import type { GraphRequest, GraphEndpoint, UploadEndpoint } from '../endpoint.ts'
import type { PublishedVideosQuery } from '../operations.generated.ts'
import { optionalId, textParameter } from '../parameters.ts'
import { itemsOf } from '../presenters/list.ts'
import { presentVideo, type RestVideo } from '../presenters/video.ts'

export const publish: UploadEndpoint = {
  kind: 'upload',
  method: 'POST',
  path: '/douyin/publish/action',
  token: 'required',
  failurePayload: () => ({}),
  requestForUpload: (uploadId, parameters) => ({
    operation: 'PublishVideo',
    variables: { uploadId, title: textParameter(parameters, 'title') },
    present: () => ({}),
  }),
}

interface PublishedPayload {
  readonly video_list: readonly RestVideo[]
}

export const publishedVideos: GraphEndpoint<PublishedPayload> = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/publish/list',
  token: 'optional',
  failurePayload: () => ({ video_list: [] }),
  requestFor(parameters): GraphRequest<PublishedPayload> {
    const userId = optionalId(parameters, 'user_id')
    if (userId === null) return { operation: 'OwnPublishedVideos', variables: {}, present: presentPublished }
    return { operation: 'PublishedVideos', variables: { userId }, present: presentPublished }
  },
}

function presentPublished({ user }: PublishedVideosQuery): PublishedPayload {
  return { video_list: user ? itemsOf(user.videos).map(presentVideo) : [] }
}
