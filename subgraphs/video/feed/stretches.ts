/** Everything in the feed between two moments, in milliseconds: newest first, before the one and from the other on. */
export interface Stretch {
  readonly before: number
  readonly from: number
  readonly moments: Float64Array
  readonly ids: Float64Array
  /** When it began to be read, in milliseconds of `performance.now()`. */
  readonly since: number
}

/** Stretches of the feed. They may overlap. */
export interface Stretches {
  /**
   * One that holds a page before a moment; none that was read at `after` or before. Where the feed ends within the page, only
   * the one that begins there, unless it was read at `endAfter` or before.
   */
  find(before: number, count: number, after: number, endAfter?: number): Stretch | undefined
  add(stretch: Stretch): void
  /** Forgets what holds, or would hold, the video of a moment. */
  forget(moment: number): void
  forgetAll(): void
}

/** How many videos all stretches have together: of each two numbers are kept. */
const mostVideos = 1_000_000
/** Nothing is shown for longer, in milliseconds, if ever a change was not told. */
const longestMs = 60_000

/** Keeps stretches in the order of the moments before which they lie; the oldest ones go when there are too many. */
export function createStretches(): Stretches {
  let sorted: Stretch[] = []
  const byAge = new Set<Stretch>()
  let size = 0

  /** The place of the first stretch that begins at a moment or later. */
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
      // What is too old to be shown stands in nobody's way.
      while ((sorted[place]?.since ?? Infinity) < oldest) remove(place)
      // The nearest one reaches farthest behind the moment.
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
        if (size <= mostVideos) break
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

/** The place of the newest moment before another one; the moments fall. */
export function firstBefore(moments: Float64Array, before: number): number {
  let [low, high] = [0, moments.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((moments[middle] ?? -Infinity) >= before) low = middle + 1
    else high = middle
  }
  return low
}

/** Something for itself counts, too, so that empty ones do not come for nothing. */
function sizeOf({ moments }: Stretch): number {
  return moments.length + 16
}
