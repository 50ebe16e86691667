import { clampFirst, toConnection } from '../../../platform/connection.ts'
import type { Resolvers } from '../schema.generated.ts'
import { videoCursor } from '../videos/repository.ts'

export const feedResolvers: Resolvers = {
  Query: {
    async feed(_, { first, after, publishedBefore }, { caller, feed }) {
      const page = { first: clampFirst(first, 100), after }
      const videos = await feed.page(page, publishedBefore, caller.viewer?.userId)
      return toConnection(videos, page, videoCursor, (video) => video)
    },
  },
}
