/** All videos in the feed between two times, in milliseconds: newest first, before the upper one and from the lower one on. */
export interface Stretch {
  readonly before: number
  readonly from: number
  readonly moments: Float64Array
  readonly ids: Float64Array
  /** When its read began, in milliseconds of `performance.now()`. */
  readonly since: number
}

/** Stretches of the feed. They may overlap. */
export interface Stretches {
  /**
   * A stretch that contains a page before a time, and was read later than `after`. If the feed ends within the page, only a
   * stretch that begins there, and was read later than `endAfter`.
   */
  find(before: number, count: number, after: number, endAfter?: number): Stretch | undefined
  add(stretch: Stretch): void
  /** Removes the stretches whose range contains the publication time of a video. */
  forget(moment: number): void
  forgetAll(): void
}

/** The maximum number of videos in all stretches; each takes two numbers. */
const maxVideos = 1_000_000
/** The absolute TTL, in milliseconds, in case a change was ever missed. */
const longestMs = 60_000

/** Keeps stretches in the order of their upper times; the oldest ones are dropped when there are too many. */
export function createStretches(): Stretches {
  let sorted: Stretch[] = []
  const byAge = new Set<Stretch>()
  let size = 0

  /** The index of the first stretch whose upper time is not less than a given one. */
  function placeOf(before: number): number {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle]?.before ?? Infinity) < before) low = middle + 1
      else high = middle
    }
    return low
  }

  function remove(place: number): void {
    const [stretch] = sorted.splice(place, 1)
    if (stretch) leave(stretch)
  }

  function leave(stretch: Stretch): void {
    byAge.delete(stretch)
    size -= sizeOf(stretch)
  }

  return {
    find(before, count, after, endAfter = after) {
      const place = placeOf(before)
      const oldest = performance.now() - longestMs
      // Expired stretches are dropped on the way.
      while ((sorted[place]?.since ?? Infinity) < oldest) remove(place)
      // The nearest one reaches farthest beyond the time.
      const stretch = sorted[place]
      if (!stretch || stretch.since <= after) return undefined
      if (stretch.moments.length - firstBefore(stretch.moments, before) >= count) return stretch
      const isEnd = stretch.from === -Infinity && stretch.before === before
      return isEnd && stretch.since > endAfter ? stretch : undefined
    },
    add(stretch) {
      const place = placeOf(stretch.before)
      if (sorted[place]?.before === stretch.before) remove(place)
      sorted.splice(place, 0, stretch)
      byAge.add(stretch)
      size += sizeOf(stretch)
      for (const oldest of byAge) {
        if (size <= maxVideos) break
        remove(placeOf(oldest.before))
      }
    },
    forget(moment) {
      sorted = sorted.filter((stretch) => {
        const isConcerned = stretch.from <= moment && moment < stretch.before
        if (isConcerned) leave(stretch)
        return !isConcerned
      })
    },
    forgetAll() {
      sorted = []
      byAge.clear()
      size = 0
    },
  }
}

/** The index of the newest time before another one; times are in descending order. */
export function firstBefore(moments: Float64Array, before: number): number {
  let [low, high] = [0, moments.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((moments[middle] ?? -Infinity) >= before) low = middle + 1
    else high = middle
  }
  return low
}

/** Includes a constant, so that empty stretches count, too. */
function sizeOf({ moments }: Stretch): number {
  return moments.length + 16
}
