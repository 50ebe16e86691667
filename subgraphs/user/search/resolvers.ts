import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments, type PageArguments } from '../../../platform/graphql/connection.ts'
import { decodeCursor, encodeCursor } from '../../../platform/graphql/cursor.ts'
import { pageOf } from '../../../platform/graphql/list.ts'
import { queryArgument } from '../../../platform/text/query-argument.ts'
import { queryOf, wantedTerms } from '../../../platform/text/search-terms.ts'
import { shownProfiles } from '../references.ts'
import type { Resolvers } from '../schema.generated.ts'
import { isAfter, rankNames, type RankedName } from './rank-names.ts'

export const userSearchResolvers: Resolvers = {
  Query: {
    searchUsers(_, { query: text, first, after }, context, info) {
      const wanted = queryArgument(text)
      const query = queryOf(wantedTerms(wanted))
      const viewerId = context.caller.viewer?.userId
      async function skeleton({ first: count, after: cursor }: PageArguments): Promise<RankedName[]> {
        const [score = '', id = ''] = cursor == null ? [] : decodeCursor(cursor, 2)
        const found = query === '' ? [] : await context.names.find({ query, name: wanted, viewerId })
        const ranked = rankNames(found, wanted)
        const rest = cursor == null ? ranked : ranked.filter((name) => isAfter(name, { score: Number(score), id }))
        return rest.slice(0, count + 1)
      }
      return pageOf(
        {
          skeleton,
          cursorOf: ({ score, id }) => encodeCursor(String(score), id),
          hydrate: (rows) =>
            shownProfiles(
              rows.map(({ id }) => id),
              context,
            ),
          visibleTo: 'by statement',
          present: (profiles) => profiles,
        },
        pageArguments({ first, after }, 50),
        askedFields(info),
      )
    },
  },
}
