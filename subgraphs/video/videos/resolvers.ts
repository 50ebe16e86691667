import type { Caller } from '../../../platform/auth/caller.ts'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import { idArgument, idsArgument } from '../../../platform/graphql/ids.ts'
import { videoIdOf } from '../storage/video-objects.ts'
import type { Resolvers } from '../schema.generated.ts'
import { failureReason, withoutItsSound } from './failure-reason.ts'
import type { VideoRow } from './repository.ts'
import { findVideos, pageOfVideos, showVideos, shownVideos } from './viewing.ts'

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
    async video(_, { id }, context, info) {
      const [video] = await shownVideos([idArgument(id)], context, askedFields(info))
      return video ?? null
    },
    videos: (_, { ids }, context, info) => shownVideos(idsArgument(ids, 500), context, askedFields(info)),
  },
  Video: {
    renditions: ({ id }, _, { loaders }) => loaders.renditions.load(id),
    async duplicateOf({ row }, _, context, info) {
      const id = isAuthor(context.caller, row) ? originalOf(row) : null
      if (id === null) return null
      const [original] = await showVideos(await findVideos([id], context), context, askedFields(info))
      return original ?? null
    },
    progress: ({ row }, _, { caller }) => (isAuthor(caller, row) ? progressOf(row) : null),
    failureReason: ({ row }, _, { caller }) =>
      isAuthor(caller, row) && row.failure !== null ? failureReason(row.failure)[caller.language] : null,
    notice: ({ row }, _, { caller }) =>
      isAuthor(caller, row) && row.lostSound !== null ? withoutItsSound(row.lostSound)[caller.language] : null,
  },
  Rendition: {
    url: (rendition, _, { caller, objectStore }) => objectStore.publicUrl(caller, rendition.key),
  },
  User: {
    async videos({ id }, { first, after }, context, info) {
      const page = pageArguments({ first, after }, 1_000)
      const [videos, hidden] = await Promise.all([
        context.kept.authorPage(id, page, context.notBefore),
        context.hiddenAuthors.among(id === context.caller.viewer?.userId ? [] : [id]),
      ])
      const shown = hidden.size > 0 ? [] : videos
      const ids = shown.slice(0, page.first).map((key) => key.id)
      return pageOfVideos(shown, await findVideos(ids, context), page, context, askedFields(info))
    },
  },
}
