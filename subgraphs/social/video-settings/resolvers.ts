import type { GraphQLResolveInfo } from 'graphql'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { showListed } from '../comments/viewing.ts'
import type { SocialContext, VideoReference } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showVideo } from '../viewing.ts'
import { pinComment } from './pin-comment.ts'
import { setCommentPolicy } from './set-comment-policy.ts'

export const videoSettingsResolvers: Resolvers = {
  Video: {
    async pinnedComment({ pinnedCommentId }, _, context, info) {
      if (pinnedCommentId instanceof Error) throw pinnedCommentId
      if (pinnedCommentId === null) return null
      const [comment] = await showListed([pinnedCommentId], context, askedFields(info))
      return comment ?? null
    },
  },
  Mutation: {
    setCommentPolicy: async (_, { input }, context, info) =>
      changed(await setCommentPolicy(context, input), context, info),
    pinComment: async (_, { input }, context, info) =>
      changed(await pinComment(context, input.commentId, true), context, info),
    unpinComment: async (_, { input }, context, info) =>
      changed(await pinComment(context, input.commentId, false), context, info),
  },
}

async function changed(
  videoId: string,
  context: SocialContext,
  info: GraphQLResolveInfo,
): Promise<{ readonly video: VideoReference }> {
  return { video: await showVideo(videoId, context, askedFields(info).below('video')) }
}
