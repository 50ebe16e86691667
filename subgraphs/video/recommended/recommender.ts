import { request } from 'undici'
import type { Logger } from '../../../platform/runtime/logger.ts'
import { isId } from '../../../platform/graphql/ids.ts'

/** What recommends videos by its own knowledge of users. */
export interface Recommender {
  /** Ids of videos, best first; none when it does not answer in time. It never rejects. */
  recommend(userId: string, count: number): Promise<readonly string[]>
}

/** Without one, this system's own recommendations are all there is. */
export const noRecommender: Recommender = { recommend: () => Promise.resolve([]) }

const timeoutMs = 150
/** After a failure, it is not asked for so long, so that not every page waits for it. */
const pauseMs = 5_000

/**
 * Gorse, through its REST API (`GET /api/recommend/{user}`).
 *
 * @param url its address.
 * @param key its API key, if it has one.
 */
export function openRecommender(url: string, key: string | undefined, log: Logger): Recommender {
  let pausedUntil = -Infinity
  return {
    async recommend(userId, count) {
      if (performance.now() < pausedUntil) return []
      try {
        const { statusCode, body } = await request(new URL(`/api/recommend/${userId}?n=${count}`, url), {
          headers: key === undefined ? {} : { 'x-api-key': key },
          signal: AbortSignal.timeout(timeoutMs),
        })
        const answer: unknown = await body.json()
        if (statusCode !== 200 || !Array.isArray(answer)) throw new Error(`the recommender answered ${statusCode}`)
        return answer.filter((id): id is string => typeof id === 'string' && isId(id)).slice(0, count)
      } catch (error) {
        pausedUntil = performance.now() + pauseMs
        log.warn({ err: error }, 'the recommender does not answer; videos are recommended without it')
        return []
      }
    },
  }
}
