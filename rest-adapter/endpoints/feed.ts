import type { GraphEndpoint } from '../endpoint.ts'
import { sessionParameter, sessionTime } from '../feed-session.ts'
import type { FeedQuery, RecommendedFeedQuery } from '../operations.generated.ts'
import { timestampParameter, type Parameters } from '../parameters.ts'
import { itemsOf } from '../presenters/list.ts'
import { presentVideo, type RestVideo } from '../presenters/video.ts'

interface FeedPayload {
  readonly video_list: readonly RestVideo[]
  /**
   * When the oldest video of the page was published, in milliseconds; the current time at the end of the feed. For recommended
   * videos, the number of their session and place.
   */
  readonly next_time: number
}

/** What the feed shows: the newest videos, or those recommended to the viewer. */
export type FeedKind = 'latest' | 'recommended'

const route = {
  kind: 'question',
  method: 'GET',
  path: '/douyin/feed',
  token: 'optional',
  failurePayload: (_: Parameters, now: number) => ({ video_list: [], next_time: now }),
} as const

const latest: GraphEndpoint<FeedPayload> = {
  ...route,
  requestFor: (parameters, now) => ({
    operation: 'Feed',
    variables: { publishedBefore: publishedBefore(parameters, now) },
    present: presentFeed,
  }),
}

const recommended: GraphEndpoint<FeedPayload> = {
  ...route,
  requestFor: (parameters, now) => ({
    operation: 'RecommendedFeed',
    variables: { ...sessionParameter(parameters, 'latest_time'), publishedBefore: publishedBefore(parameters, now) },
    present: presentRecommended,
  }),
}

export const feeds: Readonly<Record<FeedKind, GraphEndpoint<FeedPayload>>> = { latest, recommended }

function publishedBefore(parameters: Parameters, now: number): string | null {
  const before = timestampParameter(parameters, 'latest_time', now)
  // A request for everything until now also gets what is published in this very millisecond.
  return before === null || before >= now ? null : new Date(before).toISOString()
}

function presentFeed(data: FeedQuery, now: number): FeedPayload {
  const videos = itemsOf(data.feed)
  return { video_list: videos.map(presentVideo), next_time: timeOfLast(videos) ?? now }
}

function presentRecommended({ recommendedFeed: page }: RecommendedFeedQuery, now: number): FeedPayload {
  const videos = itemsOf(page)
  // Callers without a token have no session: to them, the newest videos are recommended.
  const next = page.seed == null || page.next == null ? timeOfLast(videos) : sessionTime(page.seed, page.next)
  return { video_list: videos.map(presentVideo), next_time: next ?? now }
}

function timeOfLast(videos: readonly { readonly publishedAt: string }[]): number | null {
  const last = videos.at(-1)
  return last ? Date.parse(last.publishedAt) : null
}
