import type { Reason, Recommendable } from './repository.ts'

/** How many videos of one author a page shows at most. */
const mostOfAuthor = 2
/** After how many days a video is worth a third. */
const freshDays = 14
const day = 24 * 60 * 60 * 1_000
/** By how much the seed changes the score of a video, up or down. */
const jitter = 0.1

const weights: Readonly<Record<Reason, number>> = {
  RECOMMENDER: 2,
  FOLLOWED: 1.6,
  LIKED_AUTHOR: 1.5,
  LIKED_TOPIC: 1.3,
  TRENDING: 1.1,
  NEW: 1,
  SEEN: 0.1,
}

/** What of all candidates is on the next page: the best ones, of which not too many are by one author. */
export function choose(
  candidates: readonly Recommendable[],
  count: number,
  seed: string,
  now = Date.now(),
): Recommendable[] {
  const scored = candidates
    .map((video) => ({ video, score: scoreOf(video, seed, now) }))
    .sort((one, other) => other.score - one.score || Number(other.video.id) - Number(one.video.id))
  const ofAuthor = new Map<string, number>()
  const page: Recommendable[] = []
  for (const { video } of scored) {
    if (page.length === count) break
    const before = ofAuthor.get(video.authorId) ?? 0
    if (before >= mostOfAuthor) continue
    ofAuthor.set(video.authorId, before + 1)
    page.push(video)
  }
  return page
}

function scoreOf({ id, publishedAt, favoriteCount, reason }: Recommendable, seed: string, now: number): number {
  // A recommender has weighed the age itself.
  const age = reason === 'RECOMMENDER' ? 0 : now - publishedAt.getTime()
  const freshness = Math.exp(-Math.max(0, age) / (freshDays * day))
  const fame = 1 + Math.log1p(Math.max(0, favoriteCount))
  return weights[reason] * fame * freshness * (1 + jitter * (2 * chance(`${seed}:${id}`) - 1))
}

/** The same number for the same text, from 0 to below 1: FNV-1a, mixed as by murmur3. */
function chance(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
