import { hasTerms, relevanceOf, termsOf, wantedTerms } from '../../../platform/text/search-terms.ts'
import type { FoundName } from './repository.ts'

/** A user in the order of their score. */
export interface RankedName {
  readonly id: string
  /** A whole number: relevance outweighs followers, unless there are very many. */
  readonly score: number
}

const forRelevance = 1_000_000
const perLogarithmOfFollowers = 30_000

/** The users that a query finds, best first. */
export function rankNames(found: readonly FoundName[], query: string): RankedName[] {
  const wanted = wantedTerms(query)
  return found
    .filter(({ name }) => hasTerms(termsOf(name), wanted))
    .map(({ id, name, followerCount }) => ({
      id,
      score: Math.round(
        forRelevance * relevanceOf(name, query) + perLogarithmOfFollowers * Math.log1p(Math.max(0, followerCount)),
      ),
    }))
    .sort((one, other) => (isAfter(one, other) ? 1 : -1))
}

/** Whether one user comes after another. Ids decide between equals, so that the order is always the same. */
export function isAfter(one: RankedName, other: RankedName): boolean {
  return one.score < other.score || (one.score === other.score && Number(one.id) < Number(other.id))
}
