import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import type { VideoContext } from '../context.ts'
import type { RecordViewsInput } from '../schema.generated.ts'

/** How many views a call may report. */
const mostViews = 50
/** For how long a video must be watched, unless until its end. */
const shortestMs = 3_000
/** Longer than any video; no integer column overflows. */
const longestMs = 24 * 60 * 60 * 1_000

/**
 * Records what the viewer has watched.
 *
 * @returns how many of the views were counted.
 * @throws Unauthenticated for anonymous callers, BadUserInput for too many views and for negative times.
 */
export async function recordViews(
  { caller, views }: Pick<VideoContext, 'caller' | 'views'>,
  input: RecordViewsInput,
): Promise<number> {
  const { userId: viewerId } = requireViewer(caller)
  if (input.views.length > mostViews) {
    throw new BadUserInput({
      en: `At most ${mostViews} views can be recorded at a time.`,
      zh: `每次最多上报 ${mostViews} 条观看记录。`,
    })
  }
  const recorded = input.views.map(({ videoId, watchedMs, positionMs, isCompleted = false }) => ({
    viewerId,
    videoId: idArgument(videoId),
    positionMs: timeArgument(positionMs ?? watchedMs),
    isCompleted,
    isLong: timeArgument(watchedMs) >= shortestMs || isCompleted,
  }))
  const counted = await Promise.all(recorded.map((view) => views.submit(view)))
  return counted.filter(Boolean).length
}

function timeArgument(value: number): number {
  if (value < 0) throw new BadUserInput({ en: 'Times must not be negative.', zh: '时间不能为负数。' })
  return Math.min(value, longestMs)
}
