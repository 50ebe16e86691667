import type { Caller } from '../../../platform/auth/caller.ts'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments, type PageArguments } from '../../../platform/graphql/connection.ts'
import { idArgument, idsArgument } from '../../../platform/graphql/ids.ts'
import type { VideoContext } from '../context.ts'
import { videoIdOf } from '../storage/video-objects.ts'
import type { Resolvers } from '../schema.generated.ts'
import { failureReason, withoutItsSound } from './failure-reason.ts'
import type { VideoRow, Visibility } from './repository.ts'
import { mediaUrl } from './shown-video.ts'
import { findVideos, pageOfVideos, showVideos, shownVideos, unlessAuthorBlockedOrMuted } from './viewing.ts'

function isAuthor({ viewer }: Caller, video: VideoRow): boolean {
  return viewer?.userId === video.authorId
}

function progressOf({ status, progress }: VideoRow): number {
  return status === 'READY' ? 100 : progress
}

/** The least public videos of an author that the viewer may see. Friends are not looked up for authors whose videos are all public. */
async function leastPublicOf(authorId: string, context: VideoContext): Promise<Visibility> {
  const { cache, notBefore, caller, publishedFor } = context
  if (caller.viewer && caller.viewer.userId !== authorId) {
    const [counts] = await cache.workCounts.get([authorId], notBefore)
    if (!counts || counts.restrictedCount <= 0) return 'PUBLIC'
  }
  return publishedFor.ofAuthor(authorId)
}

/** A file that was uploaded again is stored under the key of the first video with it. */
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
    url: (rendition, _, { caller, objectStore }) => mediaUrl(rendition.key, objectStore, caller),
  },
  User: {
    videos({ id }, { first, after }, context, info) {
      const isOwn = id === context.caller.viewer?.userId
      const list = {
        skeleton: async (page: PageArguments) =>
          context.cache.authorPage(id, await leastPublicOf(id, context), page, context.notBefore),
        visibleTo: isOwn ? ('everybody' as const) : unlessAuthorBlockedOrMuted(context),
        // All of them have the same author.
        refill: () => [],
      }
      return pageOfVideos(list, pageArguments({ first, after }, 1_000), context, askedFields(info))
    },
  },
}
