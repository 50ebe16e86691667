import { askedFields, type AskedFields } from '../../../platform/graphql/asked-fields.ts'
import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument, idsArgument } from '../../../platform/graphql/ids.ts'
import { textArgument } from '../../../platform/text/text-argument.ts'
import { unlessBlockedOrMuted } from '../boundaries/visible-to.ts'
import type { ListEdge } from '../list-edges.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showVideo } from '../viewing.ts'
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
      const { userId } = requireViewer(context.caller)
      const videoId = idArgument(input.videoId)
      const written = commentArgument(input.content)
      const content = context.sensitiveWords.mask(written)
      const originalContent = content === written ? null : written
      const newComment = { id: context.ids.next(), videoId, authorId: userId, content, originalContent }
      const row = await context.newComments.submit(newComment)
      context.flags.forget()
      const asked = askedFields(info)
      const [comment, video] = await Promise.all([
        showComment(row, context, asked.below('comment')),
        showVideo(videoId, context, asked.below('video')),
      ])
      return { comment, video }
    },
    async deleteComment(_, { input }, context, info) {
      const { userId, role } = requireViewer(context.caller)
      const removal = { commentId: idArgument(input.commentId), userId, isAdmin: role === 'ADMIN' }
      const videoId = await context.commentRemovals.submit(removal)
      context.flags.forget()
      return {
        commentId: input.commentId,
        video: await showVideo(videoId, context, askedFields(info).below('video')),
      }
    },
  },
}

/** Validates a comment, which is not trimmed; one of whitespace only counts as empty. */
function commentArgument(content: string): string {
  const written = content.trim() === '' ? '' : content
  return textArgument(written, { en: 'The comment', zh: '评论' }, { min: 1, max: 500 })
}
