import type { GraphQLResolveInfo } from 'graphql'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { showListed, type ShownComment } from '../comments/viewing.ts'
import type { SocialContext } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import { changeCommentLike } from './change-comment-like.ts'

export const commentLikeResolvers: Resolvers = {
  Mutation: {
    likeComment: (_, { input }, context, info) => change(context, input.commentId, true, info),
    unlikeComment: (_, { input }, context, info) => change(context, input.commentId, false, info),
  },
}

async function change(
  context: SocialContext,
  id: string,
  liked: boolean,
  info: GraphQLResolveInfo,
): Promise<{ readonly comment: ShownComment | null }> {
  const commentId = await changeCommentLike(context, id, liked)
  const [comment] = await showListed([commentId], context, askedFields(info).below('comment'))
  return { comment: comment ?? null }
}
