import type { GraphQLResolveInfo } from 'graphql'
import { requireViewer } from '../../../platform/auth/caller.ts'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import { pageOf } from '../../../platform/graphql/list.ts'
import { whereVideosAreShown } from '../videos/shown-to.ts'
import type { SocialContext, VideoReference } from '../context.ts'
import type { ListEdge } from '../list-edges.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showVideo, showVideos } from '../viewing.ts'
import { changeBookmark } from './change-bookmark.ts'

export const bookmarkResolvers: Resolvers = {
  Query: {
    bookmarkedVideos(_, page, context, info) {
      const { userId } = requireViewer(context.caller)
      const asked = askedFields(info)
      return pageOf<ListEdge, ListEdge, VideoReference>(
        {
          skeleton: (wanted) => context.bookmarks.page(userId, wanted),
          cursorOf: ({ id }) => encodeCursor(id),
          hydrate: (edges) => edges,
          visibleTo: whereVideosAreShown(context),
          present: (edges) =>
            showVideos(
              edges.map(({ otherId }) => otherId),
              context,
              asked.below('edges').below('node'),
            ),
        },
        pageArguments(page, 1_000),
        asked,
      )
    },
  },
  Mutation: {
    bookmarkVideo: (_, { input }, context, info) => change(context, input.videoId, true, info),
    unbookmarkVideo: (_, { input }, context, info) => change(context, input.videoId, false, info),
  },
}

async function change(
  context: SocialContext,
  id: string,
  bookmarked: boolean,
  info: GraphQLResolveInfo,
): Promise<{ readonly video: VideoReference }> {
  const videoId = await changeBookmark(context, id, bookmarked)
  return { video: await showVideo(videoId, context, askedFields(info).below('video')) }
}
