import type { ServerUrls } from '../start/people.ts'
import { dataSetOf } from './data-set.ts'
import { runClosedLoop } from './load/closed-loop.ts'
import { call, type Route } from './load/request.ts'
import type { LoadResult } from './load/tally.ts'
import { circumstances } from './machine.ts'
import { createStopwatch, type LoadShape, type Measurement, type Turns } from './measure.ts'
import type { Options } from './options.ts'
import { prepare } from './prepare.ts'
import { profilingInto } from './profile/cpu-profile.ts'
import { describeProfiles, profileFolder } from './profile/profiles.ts'
import { recount } from './recount.ts'
import type { Results, SystemResults } from './results.ts'
import { hotRoutes } from './routes/hot-routes.ts'
import { startYardstick } from './system/yardstick.ts'
import { describeMeasurement, whole } from './table.ts'

export interface RunOptions extends Options {
  readonly commandLine: readonly string[]
  /** Prints progress. */
  readonly print: (line: string) => void
  /** Aborts the run; the promise then rejects. */
  readonly signal: AbortSignal
}

/** Fills a fresh system and puts each route of each topology under load; leaves nothing behind. */
export async function run(options: RunOptions): Promise<Results> {
  const { print, signal, seconds, connections, rate } = options
  const dataSet = dataSetOf(options.videos)
  await using prepared = await prepare({ dataSet, print, signal })
  const routes = hotRoutes(prepared.world, prepared.clip).filter(({ name }) => name.includes(options.only))

  const turns: Turns = new Map()
  const systems: SystemResults[] = []
  let yardstick: LoadResult | undefined
  for (const topology of options.topologies) {
    signal.throwIfAborted()
    const { name, description } = topology
    const profiles = options.profile ? await profileFolder(name) : null
    const settings = { ...prepared.settings, ...(profiles !== null && profilingInto(profiles)) }
    const measurements: Measurement[] = []
    {
      await using urls = await topology.start(settings)
      yardstick ??= await measureYardstick(urls, options)
      print(`${description}; plain node:http answers the bytes of a feed ${whole(yardstick.perSecond)} times a second`)
      measurements.push(...(await measureAll(routes, urls, options, turns)))
    }
    // A process writes its profile when it ends.
    if (profiles !== null) for (const line of await describeProfiles(profiles, measurements)) print(line)
    systems.push({ topology: name, description, measurements })
  }
  if (!yardstick) throw new Error('there is no topology to measure')

  signal.throwIfAborted()
  return {
    ...circumstances(options.commandLine),
    dataSet,
    seconds,
    connections,
    rate,
    yardstick,
    systems,
    recount: await recount(prepared.databaseUrl),
  }
}

async function measureAll(routes: readonly Route[], urls: ServerUrls, options: RunOptions, turns: Turns) {
  const stopwatch = createStopwatch(urls, options, turns)
  const measurements: Measurement[] = []
  for (const route of routes) {
    const measurement = await stopwatch.measure(route)
    options.signal.throwIfAborted()
    for (const line of describeMeasurement(measurement)) options.print(line)
    measurements.push(measurement)
  }
  return measurements
}

/** Longer measurements of a server with constant work gain nothing. */
const yardstickSeconds = 10

/** Measures a server that only serves the bytes of a feed. */
async function measureYardstick({ restUrl }: ServerUrls, shape: LoadShape): Promise<LoadResult> {
  const feed = await fetch(`${restUrl}/douyin/feed/`)
  await using yardstick = await startYardstick(Buffer.from(await feed.arrayBuffer()))
  const { connections, signal } = shape
  const load = { url: yardstick.url, connections, signal, next: () => call('feed', 'GET', '/douyin/feed/') }
  await runClosedLoop({ ...load, seconds: shape.warmUpSeconds })
  return await runClosedLoop({ ...load, seconds: Math.min(shape.seconds, yardstickSeconds) })
}
