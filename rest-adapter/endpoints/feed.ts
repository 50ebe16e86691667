import type { Payload, ViewEndpoint } from '../endpoint.ts'
import { shared } from '../envelope.ts'
import { momentParameter } from '../parameters.ts'
import type { FeedView } from '../view/view.ts'

export const feed: ViewEndpoint = {
  method: 'GET',
  path: '/douyin/feed',
  token: 'optional',
  neutral: (_, now) => ({ video_list: [], next_time: now }),
  async show(parameters, view, now) {
    const before = momentParameter(parameters, 'latest_time', now)
    // Whoever asks for everything until now also gets what is published in this very millisecond.
    const page = await view.feed(before === null || before >= now ? null : new Date(before).toISOString())
    return payloads.get(page) ?? payloadOf(page, now)
  },
}

/** Those of pages that anonymous callers share. */
const payloads = new WeakMap<FeedView, Payload>()

function payloadOf(page: FeedView, now: number): Payload {
  const payload = { video_list: page.videos, next_time: page.publishedFrom ?? now }
  if (page.isShared && page.publishedFrom !== null) payloads.set(page, shared(payload))
  return payload
}
