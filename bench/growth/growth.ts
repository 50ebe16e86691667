import { Stack } from '../../start/running.ts'
import { dataSetOf, type DataSet } from '../data-set.ts'
import type { Route } from '../load/request.ts'
import { createStopwatch, type LoadShape, type Measurement } from '../measure.ts'
import { prepare, type Prepared } from '../prepare.ts'
import { recount, type Recount } from '../recount.ts'
import { reads } from '../routes/reads.ts'
import { writes } from '../routes/writes.ts'
import { startAllInOne } from '../system/topologies.ts'
import { describeMeasurement, whole } from '../table.ts'
import { addExtremes, twoOfEachKind } from './extremes.ts'

/** The same request where there is little, and where there is very much. */
export interface Comparison {
  readonly name: string
  /** How much there is in words, such as `10 likes`. */
  readonly from: string
  readonly to: string
  readonly little: Measurement
  readonly much: Measurement
}

export interface Growth {
  readonly comparisons: readonly Comparison[]
  /** Of the larger data set, after it was under load. */
  readonly recount: Recount
}

export interface GrowthOptions extends LoadShape {
  /** Of the smaller data set and of the larger one. */
  readonly videos: number
  readonly grownVideos: number
  /** Receives lines for the person who waits. */
  readonly print: (line: string) => void
}

/**
 * Puts the same requests to a small system and to a large one, and in the large one to what has little and very much. Both
 * sides of a comparison are measured one right after the other, so that the machine is the same.
 */
export async function measureGrowth(options: GrowthOptions): Promise<Growth> {
  const { print, signal } = options
  await using stack = new Stack()
  const small = await fillSystem(dataSetOf(options.videos), options, stack)
  const large = await fillSystem(dataSetOf(options.grownVideos), options, stack)
  await addExtremes(large.prepared.databaseUrl)
  const inSmall = await small.open()
  const inLarge = await large.open()

  async function measure(system: System, route: Route): Promise<Measurement> {
    const measurement = await system.measure(route)
    signal.throwIfAborted()
    for (const line of describeMeasurement(measurement)) print(line)
    return measurement
  }

  const comparisons: Comparison[] = []
  const sizes = { from: `${whole(options.videos)} videos`, to: `${whole(options.grownVideos)} videos` }
  const pagesOfLarge = pages(large.prepared)
  for (const [index, page] of pages(small.prepared).entries()) {
    const little = await measure(inSmall, page)
    const much = await measure(inLarge, pagesOfLarge[index] ?? page)
    comparisons.push({ name: page.name, ...sizes, little, much })
  }
  for (const { little, much, ...words } of twoOfEachKind(large.prepared.world, large.dataSet)) {
    comparisons.push({ ...words, little: await measure(inLarge, little), much: await measure(inLarge, much) })
  }
  return { comparisons, recount: await recount(large.prepared.databaseUrl) }
}

/** What a page or a write costs, whose size does not depend on the data set. */
function pages({ world, clip }: Prepared): Route[] {
  const { hotFeed, randomFeed, user, following, comments, chatPoll } = reads(world)
  return [hotFeed, randomFeed, user, following, comments, chatPoll, writes(world, clip).likeSpread]
}

type System = ReturnType<typeof createStopwatch>

/** Fills a data set for a system that is all in one process; `open` starts it, and the stack ends it. */
async function fillSystem(dataSet: DataSet, options: GrowthOptions, stack: Stack) {
  const { print, signal } = options
  const prepared = stack.use(await prepare({ dataSet, print, signal }))
  return {
    dataSet,
    prepared,
    open: async (): Promise<System> =>
      createStopwatch(stack.use(await startAllInOne(prepared.settings)), options, new Map()),
  }
}
