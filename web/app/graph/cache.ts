import { ApolloClient, ApolloLink, InMemoryCache, Observable, type FieldPolicy } from '@apollo/client'
import { relayStylePagination } from '@apollo/client/utilities'
import { print } from 'graphql'
import { client } from './client.ts'

/** Everything goes through the typed client, which alone knows tokens. */
const link = new ApolloLink(
  ({ query, variables, operationName }) =>
    new Observable((observer) => {
      const stop = new AbortController()
      client.execute<Record<string, unknown>>(print(query), variables, operationName, stop.signal).then(
        (answer) => {
          observer.next(answer as ApolloLink.Result)
          observer.complete()
        },
        (error: unknown) => observer.error(error),
      )
      return () => stop.abort()
    }),
)

/** An object by id, which some list may have brought already. */
function byId(typename: string): FieldPolicy {
  return {
    keyArgs: ['id'],
    read: (existing: unknown, { args, toReference }) =>
      existing ?? toReference({ __typename: typename, id: args?.['id'] as string }),
  }
}

export const graph = new ApolloClient({
  link,
  cache: new InMemoryCache({
    typePolicies: {
      Query: {
        fields: {
          feed: relayStylePagination(),
          recommendedFeed: relayStylePagination(['seed']),
          followingFeed: relayStylePagination(),
          trendingVideos: relayStylePagination(),
          bookmarkedVideos: relayStylePagination(),
          searchVideos: relayStylePagination(['query']),
          searchUsers: relayStylePagination(['query']),
          searchTopics: relayStylePagination(['query']),
          notifications: relayStylePagination(),
          conversations: relayStylePagination(),
          blockedUsers: relayStylePagination(),
          mutedUsers: relayStylePagination(),
          takenDownVideos: relayStylePagination(),
          reportCases: relayStylePagination(['isResolved']),
          reports: relayStylePagination(['caseId']),
          userAuditLog: relayStylePagination(),
          videoAuditLog: relayStylePagination(),
          reportAuditLog: relayStylePagination(),
          video: byId('Video'),
          user: byId('User'),
        },
      },
      User: {
        fields: {
          videos: relayStylePagination(),
          favoriteVideos: relayStylePagination(),
          following: relayStylePagination(),
          followers: relayStylePagination(),
        },
      },
      Video: { fields: { comments: relayStylePagination() } },
      Comment: { fields: { replies: relayStylePagination() } },
      Topic: { keyFields: ['name'], fields: { videos: relayStylePagination(['order']) } },
      Conversation: { fields: { messages: relayStylePagination() } },
    },
  }),
})
