import { askedFields, type AskedFields } from '../../../platform/graphql/asked-fields.ts'
import { idArgument, idsArgument } from '../../../platform/graphql/ids.ts'
import { unlessBlockedOrMuted } from '../boundaries/visible-to.ts'
import type { ListEdge } from '../list-edges.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'
import { publishedAmong } from '../videos/shown-to.ts'
import type { SocialContext, VideoReference } from '../context.ts'
import { showVideo } from '../viewing.ts'
import { addComment } from './add-comment.ts'
import { deleteComment } from './delete-comment.ts'
import type { CommentRow } from './repository.ts'
import { showComment, showComments, showListed } from './viewing.ts'

export const commentResolvers: Resolvers = {
  Query: {
    comments: (_, { ids }, context, info) => showListed(idsArgument(ids, 500), context, askedFields(info)),
  },
  Comment: {
    async __resolveReference({ id }, context, info) {
      const [comment] = await showListed([idArgument(id)], context, askedFields(info))
      return comment ?? null
    },
    originalContent: (comment, _, { caller }) => (caller.viewer?.role === 'ADMIN' ? comment.originalContent : null),
  },
  Video: {
    comments(video, page, context, info) {
      const list = {
        pages: context.cache.commentPages,
        ownerId: video.id,
        // A comment may have been deleted since the page was read; its text never changes.
        hydrate: (edges: readonly ListEdge[]) => context.cache.commentRows.get(edges.map(({ id }) => id)),
        visibleTo: unlessBlockedOrMuted<CommentRow>(context, ({ authorId }) => authorId),
        present: (rows: readonly CommentRow[], asked: AskedFields) => showComments(rows, context, asked),
      }
      return newestFirst(list, page, context, askedFields(info))
    },
  },
  Mutation: {
    async addComment(_, { input }, context, info) {
      const row = await addComment(context, input)
      const asked = askedFields(info)
      const [comment, video] = await Promise.all([
        showComment(row, context, asked.below('comment')),
        showVideo(row.videoId, context, asked.below('video')),
      ])
      return { comment, video }
    },
    async deleteComment(_, { input }, context, info) {
      const { videoId, parentId } = await deleteComment(context, input)
      const asked = askedFields(info)
      const [video, [parent]] = await Promise.all([
        asked.has('video') ? showPublished(videoId, context, asked.below('video')) : null,
        parentId !== null && asked.has('parent') ? showListed([parentId], context, asked.below('parent')) : [],
      ])
      return { commentId: input.commentId, video, parent: parent ?? null }
    },
  },
}

/** A video, if it is published for the viewer: users may delete their comments on others as well. */
async function showPublished(id: string, context: SocialContext, asked: AskedFields): Promise<VideoReference | null> {
  return (await publishedAmong([id], context)).has(id) ? showVideo(id, context, asked) : null
}
