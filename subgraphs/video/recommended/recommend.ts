import { BadUserInput } from '../../../platform/runtime/errors.ts'
import { requireViewer } from '../../../platform/auth/caller.ts'
import { decodeCursor, encodeCursor } from '../../../platform/graphql/cursor.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import type { VideoContext } from '../context.ts'
import type { ShownVideo } from '../videos/shown-video.ts'
import { choose } from './choose.ts'
import type { Reason, Recommended } from './repository.ts'

/** A page of recommendations. */
export interface RecommendedPage {
  readonly seed: string
  readonly videos: readonly Recommended[]
  readonly hasNextPage: boolean
}

/** A video in a list of recommendations; its cursor says why. */
export interface RecommendedEdge {
  readonly cursor: string
  readonly node: ShownVideo
}

const largestSeed = 2 ** 31

/**
 * A page of videos that the viewer has not seen, which is stored: the next one has none of them, and the same one is the same
 * again. Without a seed and a cursor, a new session begins.
 *
 * @throws Unauthenticated for anonymous callers, BadUserInput for a seed or cursor that is none.
 */
export async function recommend(
  { caller, recommendations, recommender }: Pick<VideoContext, 'caller' | 'recommendations' | 'recommender'>,
  { first, after }: PageArguments,
  seedGiven: number | null,
): Promise<RecommendedPage> {
  const viewerId = requireViewer(caller).userId
  const cursor = after == null ? null : decodeCursor(after, 3)
  const seed = cursor?.[0] ?? String(seedArgument(seedGiven))
  const from = cursor === null ? 0 : Number(cursor[1]) + 1
  const session = { viewerId, seed }
  const known = await recommendations.read(session, from, first + 1)
  if (known.length > 0) return { seed, videos: known.slice(0, first), hasNextPage: true }

  const ids = await recommender.recommend(viewerId, 3 * first)
  const [own, others] = await Promise.all([
    recommendations.candidates(session),
    ids.length === 0 ? [] : recommendations.among(session, ids),
  ])
  const preferred = new Set(others.map(({ id }) => id))
  let candidates = [...others, ...own.filter(({ id }) => !preferred.has(id))]
  if (candidates.length === 0) candidates = await recommendations.seen(session, 3 * first)
  const page = choose(candidates, first, seed)
  await recommendations.add(
    session,
    page.map(({ id, reason }, index) => ({ id, reason, place: from + index })),
  )
  // Of two calls for the same page, both answer what the first one has stored.
  const videos = await recommendations.read(session, from, first)
  // Only the next call finds out whether there is more, when this page is asked for again as well.
  return { seed, videos, hasNextPage: videos.length > 0 }
}

const reasons: readonly Reason[] = ['NEW', 'TRENDING', 'LIKED_AUTHOR', 'FOLLOWED', 'LIKED_TOPIC', 'RECOMMENDER', 'SEEN']

/** Says which session and place, and why the video is there. */
export function recommendedCursor(seed: string, { place, reason }: Recommended): string {
  return encodeCursor(seed, String(place), String(reasons.indexOf(reason)))
}

export function reasonIn(cursor: string): Reason {
  return reasons[Number(decodeCursor(cursor, 3)[2])] ?? 'NEW'
}

function seedArgument(seed: number | null): number {
  if (seed === null) return Math.floor(Math.random() * largestSeed)
  if (seed < 0) throw new BadUserInput({ en: 'The seed must not be negative.', zh: '种子不能为负数。' })
  return seed
}
