import { pageArguments, toConnection } from '../../../platform/connection.ts'
import type { Resolvers } from '../schema.generated.ts'
import { publishedAtOf, videoCursor } from '../videos/repository.ts'

export const feedResolvers: Resolvers = {
  Query: {
    async feed(_, { first, after, publishedBefore }, { caller, feed }) {
      const page = pageArguments({ first, after }, 100)
      const bounds = [publishedBefore, page.after == null ? null : publishedAtOf(page.after)].filter(
        (bound) => bound != null,
      )
      const before = bounds.length === 0 ? null : new Date(Math.min(...bounds.map(Number)))
      const videos = await feed.page({ before, count: page.first + 1, viewerId: caller.viewer?.userId ?? null })
      return toConnection(videos, page, videoCursor, (video) => video)
    },
  },
}
