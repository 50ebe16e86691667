import { requireViewer } from '../../../platform/caller.ts'
import { idArgument } from '../../../platform/ids.ts'
import { textArgument } from '../../../platform/text.ts'
import { forgetReads } from '../loaders.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'

export const commentResolvers: Resolvers = {
  Comment: {
    __resolveReference: ({ id }, { loaders }) => loaders.comment.load(idArgument(id)),
    author: (comment) => ({ id: comment.authorId }),
    video: (comment) => ({ id: comment.videoId }),
  },
  Video: {
    comments: (video, page, { loaders }) => newestFirst(loaders.comments, video.id, page, (comment) => comment),
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
      return { comment }
    },
    async deleteComment(_, { input }, { caller, commentRemovals, loaders }) {
      const { userId } = requireViewer(caller)
      const videoId = await commentRemovals.submit({ commentId: idArgument(input.commentId), userId })
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
