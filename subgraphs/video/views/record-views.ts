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
 * Records what the viewer has watched. Of callers without a token, views are counted once a day for each address and user agent, and
 * nothing else is stored.
 *
 * @returns how many of the views were counted.
 * @throws BadUserInput for too many views and for negative times.
 */
export async function recordViews(
  context: Pick<VideoContext, 'caller' | 'views' | 'anonymousViews' | 'anonymousViewers'>,
  input: RecordViewsInput,
): Promise<number> {
  const { caller, views } = context
  if (input.views.length > mostViews) {
    throw new BadUserInput({
      en: `At most ${mostViews} views can be recorded at a time.`,
      zh: `每次最多上报 ${mostViews} 条观看记录。`,
    })
  }
  const recorded = input.views.map(({ videoId, watchedMs, positionMs, isCompleted = false }) => ({
    videoId: idArgument(videoId),
    positionMs: timeArgument(positionMs ?? watchedMs),
    isCompleted,
    isLong: timeArgument(watchedMs) >= shortestMs || isCompleted,
  }))
  if (!caller.viewer) {
    return countAnonymous(
      context,
      recorded.flatMap(({ videoId, isLong }) => (isLong ? [videoId] : [])),
    )
  }
  const { userId: viewerId } = caller.viewer
  const counted = await Promise.all(recorded.map((view) => views.submit({ viewerId, ...view })))
  return counted.filter(Boolean).length
}

async function countAnonymous(
  { caller, anonymousViews, anonymousViewers }: Pick<VideoContext, 'caller' | 'anonymousViews' | 'anonymousViewers'>,
  videoIds: readonly string[],
): Promise<number> {
  const unwatched = videoIds.length === 0 ? [] : await anonymousViewers.add(caller, [...new Set(videoIds)])
  const counted = await Promise.allSettled(unwatched.map((id) => anonymousViews.submit(id)))
  const failed = counted.filter((outcome) => outcome.status === 'rejected')
  if (failed[0]) {
    await anonymousViewers.remove(
      caller,
      unwatched.filter((_, index) => counted[index]?.status === 'rejected'),
    )
    throw failed[0].reason
  }
  return counted.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length
}

function timeArgument(value: number): number {
  if (value < 0) throw new BadUserInput({ en: 'Times must not be negative.', zh: '时间不能为负数。' })
  return Math.min(value, longestMs)
}
