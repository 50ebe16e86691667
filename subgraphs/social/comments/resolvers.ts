import { requireViewer } from '../../../platform/caller.ts'
import { withNodes } from '../../../platform/connection.ts'
import { idArgument, idsArgument } from '../../../platform/ids.ts'
import { textArgument } from '../../../platform/text.ts'
import { unlessHidden } from '../boundaries/shown.ts'
import { forgetReads } from '../loaders.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'

export const commentResolvers: Resolvers = {
  Query: {
    comments: (_, { ids }, { loaders }) =>
      Promise.all(idsArgument(ids, 500).map((id) => loaders.shownComment.load(id))),
  },
  Comment: {
    __resolveReference: ({ id }, { loaders }) => loaders.shownComment.load(idArgument(id)),
    originalContent: (comment, _, { caller }) => (caller.viewer?.role === 'ADMIN' ? comment.originalContent : null),
    author: (comment) => ({ id: comment.authorId }),
    video: (comment) => ({ id: comment.videoId }),
  },
  CommentConnection: {
    edges: ({ edges }, _, { loaders }) => withNodes(edges, ({ id }) => loaders.comment.load(id)),
  },
  Video: {
    comments: (video, page, context) =>
      newestFirst(
        context.loaders.comments,
        video.id,
        page,
        ({ id }) => ({ id }),
        unlessHidden(context, (comment) => comment.otherId),
      ),
  },
  Mutation: {
    async addComment(_, { input }, { caller, ids, newComments, sensitiveWords, loaders }) {
      const { userId } = requireViewer(caller)
      const videoId = idArgument(input.videoId)
      const written = commentArgument(input.content)
      const content = sensitiveWords.mask(written)
      const originalContent = content === written ? null : written
      const newComment = { id: ids.next(), videoId, authorId: userId, content, originalContent }
      const comment = await newComments.submit(newComment)
      forgetReads(loaders)
      return { comment, video: { id: videoId } }
    },
    async deleteComment(_, { input }, { caller, commentRemovals, loaders }) {
      const { userId, role } = requireViewer(caller)
      const removal = { commentId: idArgument(input.commentId), userId, isAdmin: role === 'ADMIN' }
      const videoId = await commentRemovals.submit(removal)
      forgetReads(loaders)
      return { commentId: input.commentId, video: { id: videoId } }
    },
  },
}

/** A comment as it was written; nothing but blanks counts as empty. */
function commentArgument(content: string): string {
  const written = content.trim() === '' ? '' : content
  return textArgument(written, { en: 'The comment', zh: '评论' }, { min: 1, max: 500 })
}
