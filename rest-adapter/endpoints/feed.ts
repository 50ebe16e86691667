import type { ViewEndpoint } from '../endpoint.ts'
import { momentParameter } from '../parameters.ts'

export const feed: ViewEndpoint = {
  method: 'GET',
  path: '/douyin/feed',
  token: 'optional',
  neutral: (_, now) => ({ video_list: [], next_time: now }),
  async show(parameters, view, now) {
    const before = momentParameter(parameters, 'latest_time', now)
    // Whoever asks for everything until now also gets what is published in this very millisecond.
    const { videos, publishedFrom } = await view.feed(
      before === null || before >= now ? null : new Date(before).toISOString(),
    )
    return { video_list: videos, next_time: publishedFrom ?? now }
  },
}
