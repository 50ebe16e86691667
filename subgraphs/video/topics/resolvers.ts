import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments, type PageArguments } from '../../../platform/graphql/connection.ts'
import { pageOfRows } from '../../../platform/graphql/list.ts'
import { queryArgument } from '../../../platform/text/query-argument.ts'
import { queryOf } from '../../../platform/text/search-terms.ts'
import type { Resolvers } from '../schema.generated.ts'
import { byScore, scoreOf } from '../search/rank.ts'
import { rankedCursor, rankedPage } from '../search/ranked-pages.ts'
import { topicName, topicsOf } from '../titles/read-title.ts'
import { placeInCursor, topicCursor } from './topic-cursor.ts'
import { pageOfRanked, pageOfVideos } from '../videos/viewing.ts'

export const topicResolvers: Resolvers = {
  Query: {
    topic: (_, { name }, { topics }) => topics.find(topicName(queryArgument(name))),
    searchTopics(_, { query, first, after }, { topics }, info) {
      const text = topicName(queryArgument(query))
      return pageOfRows(
        {
          skeleton: ({ first: count, after: cursor }) =>
            topics.search(text, count + 1, cursor == null ? null : placeInCursor(cursor)),
          cursorOf: topicCursor,
          visibleTo: 'everybody',
        },
        pageArguments({ first, after }, 50),
        askedFields(info),
      )
    },
  },
  Topic: {
    name: ({ written }) => written,
    videoCount: async ({ name }, _, { loaders }) => loaders.topicCounts.load(name),
    videos({ name }, { order, first, after }, context, info) {
      const page = pageArguments({ first, after }, 100)
      const viewerId = context.caller.viewer?.userId
      if (order === 'NEWEST') {
        const skeleton = (wanted: PageArguments) => context.topics.newest(name, wanted, viewerId)
        return pageOfVideos({ skeleton, visibleTo: 'by statement' }, page, context, askedFields(info))
      }
      const query = queryOf([{ text: `#${name}`, isPrefix: false }])
      const hot = {
        skeleton: (wanted: PageArguments) =>
          rankedPage(
            wanted,
            (before) => context.search.find({ query, before, viewerId }),
            (candidates) =>
              candidates
                .filter(({ isShown }) => isShown)
                .map((video) => ({ id: video.id, score: Math.round(scoreOf(video)) }))
                .sort(byScore),
          ),
        cursorOf: rankedCursor,
        visibleTo: 'by statement' as const,
      }
      return pageOfRanked(hot, page, context, askedFields(info))
    },
  },
  Video: {
    topics: ({ title }) => topicsOf(title),
    mentions: async ({ id }, _, { loaders, caller, blockedOrMuted }) => {
      const mentions = await loaders.mentions.load(id)
      if (!caller.viewer || mentions.length === 0) return mentions
      const hidden = await blockedOrMuted.among(mentions.map(({ userId }) => userId))
      return mentions.filter(({ userId }) => !hidden.has(userId))
    },
  },
  Mention: {
    user: ({ userId }) => ({ __typename: 'User', id: userId, workCount: null }),
  },
}
