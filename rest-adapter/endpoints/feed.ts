import type { QuestionEndpoint } from '../endpoint.ts'
import { momentParameter } from '../parameters.ts'
import { itemsOf } from '../presenters/list.ts'
import { presentVideo } from '../presenters/video.ts'

export const feed: QuestionEndpoint = {
  method: 'GET',
  path: '/douyin/feed',
  token: 'optional',
  neutral: (_, now) => ({ video_list: [], next_time: now }),
  ask(parameters, now) {
    const before = momentParameter(parameters, 'latest_time', now)
    // Whoever asks for everything until now also gets what is published in this very millisecond.
    const publishedBefore = before === null || before >= now ? null : new Date(before).toISOString()
    return {
      operation: 'Feed',
      variables: { publishedBefore },
      present(data) {
        const videos = itemsOf(data.feed)
        const oldest = videos.at(-1)
        return { video_list: videos.map(presentVideo), next_time: oldest ? Date.parse(oldest.publishedAt) : now }
      },
    }
  },
}
