import { askedFields, type AskedFields } from '../../../platform/graphql/asked-fields.ts'
import { unlessBlockedOrMuted } from '../boundaries/visible-to.ts'
import type { CommentRow } from '../comments/repository.ts'
import { showComment, showComments, showListed } from '../comments/viewing.ts'
import type { ListEdge } from '../list-edges.ts'
import { newestFirst } from '../newest-first.ts'
import type { Resolvers } from '../schema.generated.ts'
import { addReply } from './add-reply.ts'

export const replyResolvers: Resolvers = {
  Comment: {
    replies(comment, page, context, info) {
      const list = {
        pages: context.cache.replyPages,
        ownerId: comment.id,
        hydrate: (edges: readonly ListEdge[]) => context.cache.commentRows.get(edges.map(({ id }) => id)),
        visibleTo: unlessBlockedOrMuted<CommentRow>(context, ({ authorId }) => authorId),
        present: (rows: readonly CommentRow[], asked: AskedFields) => showComments(rows, context, asked),
      }
      return newestFirst(list, page, context, askedFields(info))
    },
    async parent({ parentId }, _, context, info) {
      const [parent] = parentId === null ? [] : await showListed([parentId], context, askedFields(info))
      return parent ?? null
    },
  },
  Mutation: {
    async addReply(_, { input }, context, info) {
      const row = await addReply(context, input)
      const asked = askedFields(info)
      const [reply, [comment]] = await Promise.all([
        showComment(row, context, asked.below('reply')),
        showListed([row.parentId], context, asked.below('comment')),
      ])
      return { reply, comment: comment ?? null }
    },
  },
}
