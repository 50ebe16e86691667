import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import { queryArgument } from '../../../platform/text/query-argument.ts'
import { queryOf, wantedTerms } from '../../../platform/text/search-terms.ts'
import type { Resolvers } from '../schema.generated.ts'
import { pageOfRanked } from '../videos/viewing.ts'
import { rank } from './rank.ts'
import { rankedCursor, rankedPage } from './ranked-pages.ts'

export const searchResolvers: Resolvers = {
  Query: {
    searchVideos(_, { query: text, first, after }, context, info) {
      const wantedText = queryArgument(text)
      const query = queryOf(wantedTerms(wantedText))
      const viewerId = context.caller.viewer?.userId
      return pageOfRanked(
        {
          skeleton: (page) =>
            query === ''
              ? []
              : rankedPage(
                  page,
                  (before) => context.search.find({ query, before, viewerId }),
                  (candidates) => rank(candidates, wantedText),
                ),
          cursorOf: rankedCursor,
          visibleTo: 'by statement',
        },
        pageArguments({ first, after }, 50),
        context,
        askedFields(info),
      )
    },
  },
}
