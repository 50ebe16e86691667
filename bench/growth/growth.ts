import { dataSetOf, type DataSet } from '../data-set.ts'
import type { Route } from '../load/request.ts'
import { createStopwatch, type LoadShape, type Measurement } from '../measure.ts'
import { prepare, type Prepared } from '../prepare.ts'
import { reads } from '../routes/reads.ts'
import { writes } from '../routes/writes.ts'
import { startAllInOne } from '../system/topologies.ts'
import { describeMeasurement, whole } from '../table.ts'
import { addExtremes, twoOfEachKind, type TwoOfAKind } from './extremes.ts'

/** The same request where there is little, and where there is very much. */
export interface Comparison {
  readonly name: string
  /** How much there is in words, such as `10 likes`. */
  readonly from: string
  readonly to: string
  readonly little: Measurement
  readonly much: Measurement
}

export interface GrowthOptions extends LoadShape {
  /** Of the smaller data set and of the larger one. */
  readonly videos: number
  readonly grownVideos: number
  /** Receives lines for the person who waits. */
  readonly print: (line: string) => void
}

/** Puts the same requests to a small system and to a large one, and in the large one to what has little and very much. */
export async function measureGrowth(options: GrowthOptions): Promise<Comparison[]> {
  const small = dataSetOf(options.videos)
  const large = dataSetOf(options.grownVideos)
  const before = await measureSystem(small, options, pages)
  let kinds: readonly TwoOfAKind[] = []
  const after = await measureSystem(large, options, async (prepared) => {
    await addExtremes(prepared.databaseUrl)
    kinds = twoOfEachKind(prepared.world, large)
    return [...pages(prepared), ...kinds.flatMap(({ little, much }) => [little, much])]
  })

  const sizes = { from: `${whole(small.videos)} videos`, to: `${whole(large.videos)} videos` }
  const measured = (measurements: readonly Measurement[], route: string): Measurement => {
    const found = measurements.find((measurement) => measurement.route === route)
    if (!found) throw new Error(`“${route}” was not measured`)
    return found
  }
  return [
    ...before.map((little) => ({ name: little.route, ...sizes, little, much: measured(after, little.route) })),
    ...kinds.map(({ little, much, ...words }) => ({
      ...words,
      little: measured(after, little.name),
      much: measured(after, much.name),
    })),
  ]
}

/** What a page or a write costs, whose size does not depend on the data set. */
function pages({ world, clip }: Prepared): Route[] {
  const read = reads(world)
  return [
    read.hotFeed,
    read.randomFeed,
    read.user,
    read.following,
    read.comments,
    read.chatPoll,
    writes(world, clip).likeSpread,
  ]
}

/** Fills a fresh system that is all in one process, and puts some routes under load. */
async function measureSystem(
  dataSet: DataSet,
  options: GrowthOptions,
  routesOf: (prepared: Prepared) => Route[] | Promise<Route[]>,
): Promise<Measurement[]> {
  const { print, signal } = options
  await using prepared = await prepare({ dataSet, print, signal })
  const routes = await routesOf(prepared)
  await using doors = await startAllInOne(prepared.settings)
  const stopwatch = createStopwatch(doors, options, new Map())
  const measurements: Measurement[] = []
  for (const route of routes) {
    const measurement = await stopwatch.measure(route)
    signal.throwIfAborted()
    for (const line of describeMeasurement(measurement)) print(line)
    measurements.push(measurement)
  }
  return measurements
}
