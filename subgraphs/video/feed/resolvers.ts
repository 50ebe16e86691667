import { clampFirst, toConnection } from '../../../platform/connection.ts'
import type { Resolvers } from '../schema.generated.ts'
import { publishedAtOf, videoCursor } from '../videos/repository.ts'

export const feedResolvers: Resolvers = {
  Query: {
    async feed(_, { first, after, publishedBefore }, { feed }) {
      const page = { first: clampFirst(first, 100), after }
      const bounds = [publishedBefore, after == null ? null : publishedAtOf(after)].filter((bound) => bound != null)
      const before = bounds.length === 0 ? null : new Date(Math.min(...bounds.map(Number)))
      const videos = await feed.page({ before, count: page.first + 1 })
      return toConnection(videos, page, videoCursor, (video) => video)
    },
  },
}
