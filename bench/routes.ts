import { dataSet, firstUserId, firstVideoId, videoToLike } from './data-set.ts'

/** A hot route under load: each request is the next of an endless series. */
export interface Route {
  readonly name: string
  readonly method: 'GET' | 'POST'
  /** The path of the n-th request, counted from 0. */
  readonly path: (n: number) => string
}

const newestVideoId = firstVideoId + dataSet.videos - 1

/** @param tokenOf the access token of the n-th viewer, counted round. */
export function hotRoutes(tokenOf: (n: number) => string): readonly Route[] {
  const userOf = (n: number): number => firstUserId + (n % dataSet.users)
  const like = (n: number, videoId: number): string =>
    `/douyin/favorite/action/?video_id=${videoId}&action_type=1&token=${tokenOf(n)}`
  return [
    { name: 'feed, anonymous', method: 'GET', path: () => '/douyin/feed/' },
    { name: 'feed, logged in', method: 'GET', path: (n) => `/douyin/feed/?token=${tokenOf(n)}` },
    { name: 'user', method: 'GET', path: (n) => `/douyin/user/?user_id=${userOf(n * 31)}&token=${tokenOf(n)}` },
    // Viewer by viewer, each on the next video: no pair twice in the first ten million requests.
    {
      name: 'like, distinct pairs',
      method: 'POST',
      path: (n) => like(n, videoToLike(n + Math.floor(n / dataSet.users))),
    },
    { name: 'like, one hot video', method: 'POST', path: (n) => like(n, newestVideoId) },
    {
      name: 'comment list',
      method: 'GET',
      path: (n) =>
        `/douyin/comment/list/?video_id=${newestVideoId - (n % dataSet.commentedVideos)}&token=${tokenOf(n)}`,
    },
    {
      name: 'chat poll, nothing new',
      method: 'GET',
      path: (n) => `/douyin/message/chat/?to_user_id=${userOf(n + 1)}&pre_msg_time=${Date.now()}&token=${tokenOf(n)}`,
    },
  ]
}
