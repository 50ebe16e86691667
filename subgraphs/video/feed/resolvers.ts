import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import type { Resolvers } from '../schema.generated.ts'
import { publishedAtOf, type VideoKey } from '../videos/repository.ts'
import { authorsOf, findVideos, pageOfVideos } from '../videos/viewing.ts'

export const feedResolvers: Resolvers = {
  Query: {
    async feed(_, { first, after, publishedBefore }, context, info) {
      const page = pageArguments({ first, after }, 100)
      const bounds = [publishedBefore, page.after == null ? null : publishedAtOf(page.after)].filter(
        (bound) => bound != null,
      )
      const before = bounds.length === 0 ? null : new Date(Math.min(...bounds.map(Number)))
      const question = { before, count: page.first + 1 }
      const asked = askedFields(info)
      const viewerId = context.caller.viewer?.userId ?? null
      // Without its videos a page is too rarely asked for to be kept.
      if (!asked.has('edges')) {
        return pageOfVideos(await context.feed.page({ ...question, viewerId }), [], page, context, asked)
      }
      const show = async (keys: readonly VideoKey[]) => {
        const found = await findVideos(
          keys.map(({ id }) => id),
          context,
        )
        return { found, toPage: () => pageOfVideos(keys, found, page, context, asked) }
      }
      const everybodys = await show(await context.kept.feedPages.get(question, context.notBefore))
      const hidden = await context.hiddenAuthors.among(authorsOf(everybodys.found))
      if (hidden.size === 0) return everybodys.toPage()
      // A page without any video would look like the end of the feed, so the statement itself leaves these people out.
      return (await show(await context.feed.page({ ...question, viewerId }))).toPage()
    },
  },
}
