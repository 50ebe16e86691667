import { Stack } from '../../start/running.ts'
import { dataSetOf, type DataSet } from '../data-set.ts'
import type { Route } from '../load/request.ts'
import { createStopwatch, type LoadShape, type Measurement } from '../measure.ts'
import { prepare, type Prepared } from '../prepare.ts'
import { recount, type Recount } from '../recount.ts'
import { overGraphql } from '../routes/over-graphql.ts'
import { reads } from '../routes/reads.ts'
import { writes } from '../routes/writes.ts'
import { startAllInOne } from '../system/topologies.ts'
import { describeMeasurement, whole } from '../table.ts'
import { addExtremes, twoOfEachKind } from './extremes.ts'

/** The same request with little and with very much data. */
export interface Comparison {
  readonly name: string
  /** The amount in words, such as `10 likes`. */
  readonly from: string
  readonly to: string
  readonly little: Measurement
  readonly much: Measurement
}

export interface Growth {
  readonly comparisons: readonly Comparison[]
  /** Of the larger data set, after the load. */
  readonly recount: Recount
}

export interface GrowthOptions extends LoadShape {
  /** Of the smaller and the larger data set. */
  readonly videos: number
  readonly grownVideos: number
  /** Prints progress. */
  readonly print: (line: string) => void
}

/**
 * Sends the same requests to a small and to a large system, and within the large one to objects with little and very much data.
 * Both sides of a comparison are measured one right after the other, under the same conditions.
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

/** Pages and writes whose size does not depend on the data set. */
function pages({ world, clip }: Prepared): Route[] {
  const { hotFeed, randomFeed, user, following, comments, chatPoll } = reads(world)
  const { search, followingFeed, trending, recommended, views, replies } = overGraphql(world)
  const onGraph = [search, followingFeed, trending, recommended, views, replies]
  return [hotFeed, randomFeed, user, following, comments, chatPoll, writes(world, clip).likeSpread, ...onGraph]
}

type System = ReturnType<typeof createStopwatch>

/** Fills a data set for an all-in-one system; `open` starts the system, and the stack stops it. */
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
