import type { GraphEndpoint } from '../endpoint.ts'
import type { FeedQuery } from '../operations.generated.ts'
import { timestampParameter } from '../parameters.ts'
import { itemsOf } from '../presenters/list.ts'
import { presentVideo, type RestVideo } from '../presenters/video.ts'

interface FeedPayload {
  readonly video_list: readonly RestVideo[]
  /** When the oldest video of the page was published, in milliseconds; the current time at the end of the feed. */
  readonly next_time: number
}

export const feed: GraphEndpoint<FeedPayload> = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/feed',
  token: 'optional',
  failurePayload: (_, now) => ({ video_list: [], next_time: now }),
  requestFor(parameters, now) {
    const before = timestampParameter(parameters, 'latest_time', now)
    // A request for everything until now also gets what is published in this very millisecond.
    const publishedBefore = before === null || before >= now ? null : new Date(before).toISOString()
    return { operation: 'Feed', variables: { publishedBefore }, present: presentFeed }
  },
}

function presentFeed(data: FeedQuery, now: number): FeedPayload {
  const videos = itemsOf(data.feed)
  const oldest = videos.at(-1)
  return { video_list: videos.map(presentVideo), next_time: oldest ? Date.parse(oldest.publishedAt) : now }
}
