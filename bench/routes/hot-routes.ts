import type { Route } from '../load/request.ts'
import { mix } from './mix.ts'
import { overGraphql } from './over-graphql.ts'
import { reads } from './reads.ts'
import type { World } from './world.ts'
import { writes } from './writes.ts'

/** The measured routes, in the order of the table. */
export function hotRoutes(world: World, clip: Buffer): readonly Route[] {
  const read = reads(world)
  const write = writes(world, clip)
  const graph = overGraphql(world)
  return [
    read.anonymousFeed,
    read.hotFeed,
    read.randomFeed,
    graph.feed,
    read.user,
    graph.user,
    read.following,
    graph.following,
    read.publishedVideos,
    graph.publishedVideos,
    read.comments,
    graph.comments,
    graph.replies,
    graph.search,
    graph.followingFeed,
    graph.trending,
    graph.recommended,
    graph.views,
    read.chatPoll,
    graph.chatPoll,
    write.likeSpread,
    graph.likeSpread,
    write.likeHot,
    write.comment,
    graph.reply,
    write.message,
    write.login,
    { ...read.hotFeed, name: 'feed, hot page, beside logins', beside: write.login },
    mix('mix', [
      [40, read.hotFeed],
      [40, read.randomFeed],
      [10, write.likeSpread],
      [5, read.comments],
      [3, read.chatPoll],
      [1, write.comment],
      [1, write.publish],
    ]),
  ]
}
