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

/** Where a page without a cursor begins: by default at the beginning of a new session. */
export interface SessionStart {
  readonly seed: number | null
  readonly from: number | null
}

interface Start {
  readonly seed: string
  readonly from: number
}

/** Above every seed and every place. */
const largestSeed = 2 ** 31

/**
 * A page of videos that the viewer has not seen, which is stored: the next one has none of them, and the same one is the same
 * again. Without a seed and a cursor, a new session begins.
 *
 * @param start where to begin without a cursor.
 *
 * @throws Unauthenticated for anonymous callers, BadUserInput for a seed or cursor that is none.
 */
export async function recommend(
  { caller, recommendations, recommender }: Pick<VideoContext, 'caller' | 'recommendations' | 'recommender'>,
  { first, after }: PageArguments,
  start: SessionStart,
): Promise<RecommendedPage> {
  const viewerId = requireViewer(caller).userId
  const { seed, from } = after == null ? startArgument(start) : placeAfter(after)
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
  return (isOfSession(cursor) && reasons[Number(decodeCursor(cursor, 3)[2])]) || 'NEW'
}

/** The session of a cursor, and the place after it; null for the cursors of callers without a token, who have no session. */
export function sessionAfter(cursor: string | null | undefined): { seed: number; next: number } | null {
  if (cursor == null || !isOfSession(cursor)) return null
  const { seed, from } = placeAfter(cursor)
  return { seed: Number(seed), next: from }
}

/** Other cursors have a publication time alone. */
function isOfSession(cursor: string): boolean {
  return Buffer.from(cursor, 'base64url').includes(':')
}

/** @throws BadUserInput when it is no cursor of a session. */
function placeAfter(cursor: string): Start {
  const [seed = '', place] = decodeCursor(cursor, 3)
  const from = Number(place) + 1
  if (Number(seed) >= largestSeed || from >= largestSeed) {
    throw new BadUserInput({ en: 'Invalid cursor.', zh: '无效的翻页游标。' })
  }
  return { seed, from }
}

function startArgument({ seed, from }: SessionStart): Start {
  if (from !== null && seed === null) {
    throw new BadUserInput({ en: 'A place needs the seed of its session.', zh: '指定位置时须同时指定种子。' })
  }
  if (seed !== null && seed < 0)
    throw new BadUserInput({ en: 'The seed must not be negative.', zh: '种子不能为负数。' })
  if (from !== null && from < 0)
    throw new BadUserInput({ en: 'The place must not be negative.', zh: '位置不能为负数。' })
  return { seed: String(seed ?? Math.floor(Math.random() * largestSeed)), from: from ?? 0 }
}
