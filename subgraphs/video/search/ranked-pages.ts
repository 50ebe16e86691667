import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { decodeCursor, encodeCursor } from '../../../platform/graphql/cursor.ts'
import { byScore, type Ranked } from './rank.ts'
import type { Candidate, Candidates } from './repository.ts'

/** A video on a page of ranked ones: its score, and among which candidates it was ranked. */
export interface RankedKey extends Ranked {
  /** The candidates were published before this, in milliseconds; 0 for the newest. */
  readonly before: number
}

/** After so many times of candidates of whom the viewer may see none, a page ends and says that there is a next one. */
const mostTimes = 3

/**
 * A page of videos that are ranked in portions: the newest candidates first, and then the ones before. The cursor says at which
 * portion and score a page ended, so nothing has to be stored between pages.
 *
 * @throws BadUserInput when `after` is not a cursor.
 */
export async function rankedPage(
  { first, after }: PageArguments,
  find: (before: Date | null) => Promise<Candidates>,
  rank: (candidates: readonly Candidate[]) => readonly Ranked[],
): Promise<RankedKey[]> {
  const [start = '0', score = '0', id = '0'] = after == null ? [] : decodeCursor(after, 3)
  let last: Ranked | null = after == null ? null : { score: Number(score), id }
  let before = Math.min(Number(start), lastMoment)
  const page: RankedKey[] = []
  for (let times = 0; times < mostTimes && page.length <= first; times++) {
    const { videos, next } = await find(before === 0 ? null : new Date(before))
    for (const video of rank(videos)) {
      if (last === null || byScore(last, video) < 0) page.push({ ...video, before })
    }
    if (next === null) break
    last = null
    before = next.getTime()
  }
  return page.slice(0, first + 1)
}

const lastMoment = Date.UTC(9999, 11, 31)

export function rankedCursor({ before, score, id }: RankedKey): string {
  return encodeCursor(String(before), String(score), id)
}
