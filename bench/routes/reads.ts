import { call, type Request, type Route } from '../load/request.ts'
import { hasEntries } from './inspection.ts'
import type { World } from './world.ts'

/** The read-only routes of the REST contract. */
export function reads(world: World) {
  const { token, user } = world
  const get = (kind: string, path: string): Request => call(kind, 'GET', path)
  const read = (name: string, request: Route['request'], inspect?: Route['inspect']): Route => ({
    name,
    door: 'rest',
    request,
    ...(inspect && { inspect }),
  })

  return {
    anonymousFeed: read('feed, anonymous', () => get('feed', '/douyin/feed/'), hasEntries('video_list', 30)),
    hotFeed: read(
      'feed, logged in, hot page',
      (n) => get('feed', `/douyin/feed/?token=${token(n)}`),
      hasEntries('video_list', 30),
    ),
    randomFeed: read(
      'feed, logged in, random pages',
      (n) => get('feed', `/douyin/feed/?latest_time=${world.momentOfFeed(n)}&token=${token(n)}`),
      hasEntries('video_list', 30),
    ),
    user: read('user', (n) => get('user', `/douyin/user/?user_id=${user(n)}&token=${token(n)}`)),
    following: read(
      'follow list (50)',
      (n) => get('following', `/douyin/relation/follow/list/?user_id=${user(n)}&token=${token(n)}`),
      hasEntries('user_list', 50),
    ),
    publishedVideos: read(
      'publish list',
      (n) => get('publish list', `/douyin/publish/list/?user_id=${user(n)}&token=${token(n)}`),
      hasEntries('video_list', world.videosPerUser),
    ),
    comments: read(
      'comment list (50)',
      (n) => get('comment list', `/douyin/comment/list/?video_id=${world.commentedVideo(n)}&token=${token(n)}`),
      hasEntries('comment_list', 50),
    ),
    chatPoll: read(
      'chat poll, nothing new',
      (n) =>
        get(
          'chat poll',
          `/douyin/message/chat/?to_user_id=${world.heardFrom(n)}&pre_msg_time=${world.messagesReadAt}&token=${token(n)}`,
        ),
      hasEntries('message_list', 0, 0),
    ),
  } satisfies Record<string, Route>
}
