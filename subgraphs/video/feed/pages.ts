import type { Changes } from '../../../platform/caching/changes.ts'
import { createRecentWrites } from '../../../platform/caching/recent-writes.ts'
import type { VideoKey } from '../videos/repository.ts'
import type { FeedQuestion, FeedRepository } from './repository.ts'
import { createStretches, firstBefore, type Stretch } from './stretches.ts'

type Question = Omit<FeedQuestion, 'viewerId'>

/** A public page of the feed. */
export interface FeedPages {
  get(question: Question, notBefore: number): Promise<readonly VideoKey[]>
  /** Reports that videos with these publication times, in milliseconds, were added or removed. */
  readonly forget: (moments: readonly string[]) => void
  readonly forgetAll: () => void
}

/** The TTL of a stretch for readers without recent writes while change events do not arrive, in milliseconds. */
const ttlMs = 100
/** The result of a slower read is not cached. */
const longestReadMs = 1_000
/** How many videos are read at a time, if they can be cached: a few pages, so that there are fewer reads than pages. */
const stretchLength = 128

/** A read that other callers may wait for. */
interface Reading {
  readonly begunAt: number
  readonly stretch: Promise<Stretch>
}

/**
 * Caches stretches of the feed, from which pages are cut: a page can begin at any time. They consist of numbers, so a million
 * videos take sixteen megabytes.
 */
export function cacheFeedPages(feed: Pick<FeedRepository, 'page'>, changes: Pick<Changes, 'isCurrent'>): FeedPages {
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
      // A page that reaches the end of the feed is read more often: a client that is told the end too early would not ask
      // again.
      const endAfter = Math.max(notBefore, now - ttlMs)
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
      // It is not tracked which reads in progress these affect.
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
    // Whatever is older than the last one is unknown, unless there is nothing.
    from: keys.length < count ? -Infinity : (moments.at(-1) ?? before),
    moments,
    ids: Float64Array.from(keys, ({ id }) => Number(id)),
    since,
  }
}

/** The newest videos of a stretch that were published before a time. */
function pageIn({ moments, ids }: Stretch, before: number, count: number): VideoKey[] {
  const start = firstBefore(moments, before)
  const end = Math.min(start + count, moments.length)
  const page: VideoKey[] = []
  for (let place = start; place < end; place++) {
    page.push({ id: String(ids[place]), publishedAt: new Date(moments[place] ?? 0) })
  }
  return page
}
