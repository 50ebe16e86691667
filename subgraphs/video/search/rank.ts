import { hasTerms, relevanceOf, termsOf, wantedTerms } from '../../../platform/text/search-terms.ts'
import type { Candidate } from './repository.ts'

/** A video in the order of its score. */
export interface Ranked {
  readonly id: string
  /** In milliseconds of the clock: a video that is as relevant and as often liked, but an hour newer, has an hour more. */
  readonly score: number
}

const hour = 60 * 60 * 1_000
/** A title that is the query outweighs one that only has its words and is a month newer. */
const mostForRelevance = 30 * 24 * hour
/** The first like outweighs nine hours, the hundredth two and a half days. */
const perLogarithmOfLikes = 12.5 * hour

/** The score of what is liked and new. */
export function scoreOf({ publishedAt, favoriteCount }: Pick<Candidate, 'publishedAt' | 'favoriteCount'>): number {
  return publishedAt.getTime() + perLogarithmOfLikes * Math.log1p(Math.max(0, favoriteCount))
}

/** The candidates that a query finds and the viewer may see, best first. */
export function rank(candidates: readonly Candidate[], query: string): Ranked[] {
  const wanted = wantedTerms(query)
  return candidates
    .filter(({ isShown, title }) => isShown && hasTerms(termsOf(title), wanted))
    .map((video) => ({
      id: video.id,
      score: Math.round(scoreOf(video) + mostForRelevance * relevanceOf(video.title, query)),
    }))
    .sort(byScore)
}

/** Best first; ids decide between equals, so that the order is always the same. */
export function byScore(one: Ranked, other: Ranked): number {
  return other.score - one.score || Number(other.id) - Number(one.id)
}
