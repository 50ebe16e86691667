import { readFileSync } from 'node:fs'
import { parse, print, separateOperations } from 'graphql'
import { repliesPerCommentedVideo } from '../data-set.ts'
import { operate, type Request, type Route } from '../load/request.ts'
import { hasEntries } from './inspection.ts'
import type { World } from './world.ts'

const texts: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(
    separateOperations(parse(readFileSync(new URL('client-operations.graphql', import.meta.url), 'utf8'))),
  ).map(([name, document]) => [name, print(document)]),
)

/** Where the likes begin, so that they do not repeat those over REST. */
const firstLike = 2_500_000

/** How many views a client reports together. */
const viewsPerCall = 10

/**
 * GraphQL operations of a web client: those with the same content as a route of the REST contract name it; the others are lists that
 * only the graph has.
 */
export function overGraphql(world: World) {
  const ask = (kind: string, n: number, operationName: string, variables: object = {}): Request =>
    operate(kind, '/graphql', world.token(n), { query: texts[operationName], operationName, variables })
  const beside = (sameAs: string, request: Route['request'], inspect?: Route['inspect']): Route => ({
    name: `${sameAs}, over GraphQL`,
    sameAs,
    door: 'graphql',
    request,
    ...(inspect && { inspect }),
  })

  return {
    feed: {
      name: 'Feed operation over GraphQL',
      sameAs: 'feed, logged in, hot page',
      door: 'graphql',
      request: (n) => ask('feed', n, 'Feed'),
      inspect: hasEntries('data.feed.edges', 30),
    },
    user: beside('user', (n) => ask('user', n, 'User', { userId: String(world.user(n)) })),
    following: beside(
      'follow list (50)',
      (n) => ask('following', n, 'Following', { userId: String(world.user(n)) }),
      hasEntries('data.user.following.edges', 50),
    ),
    publishedVideos: beside(
      'publish list',
      (n) => ask('publish list', n, 'PublishedVideos', { userId: String(world.user(n)) }),
      hasEntries('data.user.videos.edges', world.videosPerUser),
    ),
    comments: beside(
      'comment list (50)',
      (n) => ask('comments', n, 'Comments', { videoId: String(world.commentedVideo(n)) }),
      hasEntries('data.video.comments.edges', 50),
    ),
    replies: {
      name: `replies (${repliesPerCommentedVideo}), over GraphQL`,
      door: 'graphql',
      request: (n) => ask('replies', n, 'Replies', { commentId: String(world.answeredComment(n)) }),
      inspect: hasEntries('data.comments.0.replies.edges', repliesPerCommentedVideo),
    },
    search: {
      name: 'search, a word and a number, over GraphQL',
      door: 'graphql',
      request: (n) => ask('search', n, 'Search', { query: `video ${world.videoToLike(n)}` }),
      inspect: hasEntries('data.searchVideos.edges', 0, 20),
    },
    followingFeed: {
      name: 'following feed, over GraphQL',
      door: 'graphql',
      request: (n) => ask('following feed', n, 'FollowingFeed'),
      inspect: hasEntries('data.followingFeed.edges', 30),
    },
    trending: {
      name: 'trending, over GraphQL',
      door: 'graphql',
      request: (n) => ask('trending', n, 'Trending'),
      inspect: hasEntries('data.trendingVideos.edges', 30),
    },
    recommended: {
      name: 'recommended feed, a new session, over GraphQL',
      door: 'graphql',
      request: (n) => ask('recommended', n, 'Recommended', { seed: n }),
      inspect: hasEntries('data.recommendedFeed.edges', 1, 30),
    },
    views: {
      name: `views (${viewsPerCall} a call), over GraphQL`,
      door: 'graphql',
      request: (n) =>
        ask('views', n, 'RecordViews', {
          views: Array.from({ length: viewsPerCall }, (_, index) => ({
            videoId: String(world.videoToView(n, index, viewsPerCall)),
            watchedMs: 5_000,
          })),
        }),
    },
    reply: {
      name: 'reply add, over GraphQL',
      door: 'graphql',
      request: (n) =>
        ask('reply', n, 'AddReply', { commentId: String(world.unansweredComment(n)), content: `Reply ${n}` }),
    },
    chatPoll: beside(
      'chat poll, nothing new',
      (n) =>
        ask('chat poll', n, 'Received', {
          userId: String(world.heardFrom(n)),
          after: new Date(world.messagesReadAt).toISOString(),
        }),
      hasEntries('data.conversation.received', 0, 0),
    ),
    likeSpread: beside('like, distinct pairs', (n) =>
      ask('like', n, 'Like', { videoId: String(world.videoToLike(firstLike + n)) }),
    ),
  } satisfies Record<string, Route>
}
