import type { Caller } from '../../../platform/caller.ts'
import { pageArguments, toConnection, withNodes } from '../../../platform/connection.ts'
import { idArgument, idsArgument } from '../../../platform/ids.ts'
import { videoIdOf } from '../removal/video-objects.ts'
import type { Resolvers } from '../schema.generated.ts'
import { failureReason, withoutItsSound } from './failure-reason.ts'
import { videoCursor, type VideoRow } from './repository.ts'

function isAuthor({ viewer }: Caller, video: VideoRow): boolean {
  return viewer?.userId === video.authorId
}

function progressOf({ status, progress }: VideoRow): number {
  return status === 'READY' ? 100 : progress
}

/** A file that was uploaded again is stored with the video that had it first. */
function originalOf(video: VideoRow): string | null {
  const id = videoIdOf(video.playKey)
  return id === video.id ? null : id
}

export const videoResolvers: Resolvers = {
  Query: {
    video: (_, { id }, { loaders }) => loaders.shownVideo.load(idArgument(id)),
    videos: (_, { ids }, { loaders }) => Promise.all(idsArgument(ids, 500).map((id) => loaders.shownVideo.load(id))),
  },
  Video: {
    author: (video) => ({ id: video.authorId }),
    playUrl: (video, _, { caller, objectStore }) => objectStore.publicUrl(caller, video.mp4Key ?? video.playKey),
    hlsUrl: (video, _, { caller, objectStore }) => video.hlsKey && objectStore.publicUrl(caller, video.hlsKey),
    renditions: (video, _, { loaders }) => loaders.renditions.load(video.id),
    coverUrl: (video, _, { caller, objectStore }) => objectStore.publicUrl(caller, video.coverKey),
    duplicateOf(video, _, { caller, loaders }) {
      const id = isAuthor(caller, video) ? originalOf(video) : null
      return id === null ? null : loaders.video.load(id)
    },
    duration: (video) => video.durationMs / 1_000,
    progress: (video, _, { caller }) => (isAuthor(caller, video) ? progressOf(video) : null),
    failureReason: (video, _, { caller }) =>
      isAuthor(caller, video) && video.failure !== null ? failureReason(video.failure)[caller.language] : null,
    notice: (video, _, { caller }) =>
      isAuthor(caller, video) && video.lostSound !== null ? withoutItsSound(video.lostSound)[caller.language] : null,
  },
  VideoConnection: {
    edges: ({ edges }, _, { loaders }) => withNodes(edges, ({ id }) => loaders.video.load(id)),
  },
  Rendition: {
    url: (rendition, _, { caller, objectStore }) => objectStore.publicUrl(caller, rendition.key),
  },
  User: {
    async videos(user, { first, after }, { caller, loaders }) {
      const page = pageArguments({ first, after }, 1_000)
      const [videos, isHidden] = await Promise.all([
        loaders.videos.load({ ownerId: user.id, ...page }),
        user.id !== caller.viewer?.userId && loaders.isHiddenAuthor.load(user.id),
      ])
      return toConnection(isHidden ? [] : videos, page, videoCursor, (video) => video)
    },
    workCount: ({ id, workCount }, _, { loaders }) => workCount ?? loaders.workCount.load(id),
  },
}
