import type { Changes } from '../../../platform/caching/changes.ts'
import { createRecentWrites } from '../../../platform/caching/recent-writes.ts'
import type { VideoKey } from '../videos/repository.ts'
import type { FeedQuestion, FeedRepository } from './repository.ts'
import { createStretches, firstBefore, type Stretch } from './stretches.ts'

type Question = Omit<FeedQuestion, 'viewerId'>

/** A page of the feed as everybody sees it. */
export interface FeedPages {
  get(question: Question, notBefore: number): Promise<readonly VideoKey[]>
  /** That videos of these moments, in milliseconds, came or went. */
  readonly forget: (moments: readonly string[]) => void
  readonly forgetAll: () => void
}

/** For how long a stretch is shown to those who changed nothing while nobody tells of changes, in milliseconds. */
const keptMs = 100
/** A read that takes longer is kept for nobody. */
const longestReadMs = 1_000
/** So much of the feed is read at a time, if it can be kept: a few pages, so that there are fewer reads than pages. */
const stretchLength = 128

/** A read that others may wait for. */
interface Reading {
  readonly begunAt: number
  readonly stretch: Promise<Stretch>
}

/**
 * Keeps stretches of the feed, from which pages are cut: whatever moment a page begins at, it lies in some stretch. As numbers,
 * so that the order of a million videos takes sixteen megabytes.
 */
export function keepFeedPages(feed: Pick<FeedRepository, 'page'>, changes: Pick<Changes, 'isCurrent'>): FeedPages {
  const stretches = createStretches()
  const writes = createRecentWrites(longestReadMs)
  const underWay = new Map<string, Reading>()
  const isOutdated = (since: number): boolean => writes.concern('', since)

  function readStretch(before: number, count: number, key: string): Reading {
    const begunAt = performance.now()
    const question = { before: before === Infinity ? null : new Date(before), count, viewerId: null }
    const forgetReading = (): void => {
      if (underWay.get(key) === reading) underWay.delete(key)
    }
    const stretch = feed.page(question).then((keys) => {
      const read = stretchOf(keys, before, count, begunAt)
      if (!isOutdated(begunAt) && performance.now() - begunAt < longestReadMs) stretches.add(read)
      return read
    })
    const reading: Reading = { begunAt, stretch }
    stretch.then(forgetReading, forgetReading)
    underWay.set(key, reading)
    return reading
  }

  return {
    async get(question, notBefore) {
      const now = performance.now()
      const isCurrent = changes.isCurrent(now)
      const before = question.before?.getTime() ?? Infinity
      // Nobody stays at the end of the feed, so a page that reaches it is read often: a client that is told the end too early
      // would not ask again.
      const endAfter = Math.max(notBefore, now - keptMs)
      const after = isCurrent ? notBefore : endAfter
      const known = stretches.find(before, question.count, after, endAfter)
      if (known) return pageIn(known, before, question.count)
      const count = isCurrent ? Math.max(question.count, stretchLength) : question.count
      const key = `${before}:${count}`
      const reading = underWay.get(key)
      const isShared = reading && reading.begunAt > after && !isOutdated(reading.begunAt)
      const { stretch } = isShared ? reading : readStretch(before, count, key)
      return pageIn(await stretch, before, question.count)
    },
    forget(moments) {
      // Which reads that are under way these concern is not worth knowing.
      writes.note([''])
      for (const moment of moments) stretches.forget(Number(moment))
    },
    forgetAll() {
      writes.note([''])
      stretches.forgetAll()
    },
  }
}

function stretchOf(keys: readonly VideoKey[], before: number, count: number, since: number): Stretch {
  const moments = Float64Array.from(keys, ({ publishedAt }) => publishedAt.getTime())
  return {
    before,
    // What is older than the last one is not known, unless there is nothing.
    from: keys.length < count ? -Infinity : (moments.at(-1) ?? before),
    moments,
    ids: Float64Array.from(keys, ({ id }) => Number(id)),
    since,
  }
}

/** The newest videos of a stretch that were published before a moment. */
function pageIn({ moments, ids }: Stretch, before: number, count: number): VideoKey[] {
  const start = firstBefore(moments, before)
  const end = Math.min(start + count, moments.length)
  const page: VideoKey[] = []
  for (let place = start; place < end; place++) {
    page.push({ id: String(ids[place]), publishedAt: new Date(moments[place] ?? 0) })
  }
  return page
}
