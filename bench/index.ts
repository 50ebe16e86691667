/** `npm run bench`: fills systems of its own, puts them under load, and recounts all counters. */
import { measureFairness } from './fairness/fairness.ts'
import { fairnessText } from './fairness/text.ts'
import { findCostliest } from './costliest/costliest.ts'
import { costliestText } from './costliest/text.ts'
import { dataSetOf } from './data-set.ts'
import { measureDiscovery } from './discovery/discovery.ts'
import { measureGrowth } from './growth/growth.ts'
import { growthText } from './growth/text.ts'
import { mediaUsage, readMediaOptions } from './media/options.ts'
import { runMedia } from './media/run.ts'
import { mediaTable } from './media/table.ts'
import { readOptions, usage, WrongOption, type Options } from './options.ts'
import { writeReport } from './report/report.ts'
import { mistakesIn, writeJson, writeResults } from './results.ts'
import { measureRealtime } from './realtime/realtime.ts'
import { realtimeText } from './realtime/text.ts'
import { run } from './run.ts'
import { measureStart } from './start/start.ts'
import { startText } from './start/text.ts'
import { whole } from './table.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const stopping = new AbortController()
const { signal } = stopping
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (signal.aborted) process.exit(130)
    stopping.abort(new Error('stopped'))
  })
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!signal.aborted && !(error instanceof WrongOption)) throw error
  process.stderr.write(
    `${(error as Error).message}\n${error instanceof WrongOption ? `\n${usage}\n\n${mediaUsage}\n` : ''}`,
  )
  process.exitCode = 1
}

async function main(commandLine: readonly string[]): Promise<void> {
  if (commandLine.includes('--help')) {
    print(`${usage}\n\n${mediaUsage}`)
    return
  }
  const began = performance.now()
  if (commandLine[0] === 'media') await benchMedia(commandLine.slice(1))
  else {
    const options = readOptions(commandLine)
    if (options.subject === 'growth') await benchGrowth(options)
    else if (options.subject === 'start') await benchStart(options)
    else if (options.subject === 'fairness') await benchFairness(options)
    else if (options.subject === 'discovery') await benchDiscovery(options)
    else if (options.subject === 'realtime') await benchRealtime(options, commandLine)
    else if (options.subject === 'costliest') await benchCostliest(options)
    else await benchRoutes(options, commandLine)
  }
  print(`It took ${((performance.now() - began) / 60_000).toFixed(1)} minutes.`)
}

async function benchRoutes(options: Options, commandLine: readonly string[]): Promise<void> {
  const results = await run({ ...options, commandLine, print, signal })
  print(`Written to ${await writeResults(results)}`)
  if (options.report) {
    const more = {
      costliest: await benchCostliest(options),
      growth: await benchGrowth(options),
      start: await benchStart(options),
      fairness: await benchFairness(options),
    }
    for (const path of await writeReport(results, more)) print(`Written to ${path}`)
  }
  const { errors, wrong } = mistakesIn(results)
  print(`${whole(errors)} requests failed; ${whole(wrong)} kept counts differ from a recount`)
  if (errors + wrong > 0) process.exitCode = 1
}

async function benchGrowth(options: Options) {
  const growth = await measureGrowth({ ...options, print, signal })
  for (const line of growthText(growth)) print(line)
  print(`Written to ${await writeJson('growth', growth)}`)
  return growth
}

async function benchCostliest({ videos, searchSeconds, seed }: Options) {
  const costliest = await findCostliest({ dataSet: dataSetOf(videos), seconds: searchSeconds, seed, print, signal })
  for (const line of costliestText(costliest)) print(line)
  print(`Written to ${await writeJson('costliest', costliest)}`)
  return costliest
}

async function benchDiscovery({ grownVideos }: Options): Promise<void> {
  const discovery = await measureDiscovery({ videos: grownVideos, print, signal })
  print(`Written to ${await writeJson('discovery', discovery)}`)
}

async function benchStart(options: Options) {
  const start = await measureStart({ ...options, print, signal })
  for (const line of startText(start)) print(line)
  print(`Written to ${await writeJson('start', start)}`)
  return start
}

async function benchFairness(options: Options) {
  const fairness = await measureFairness({ ...options, print, signal })
  for (const line of fairnessText(fairness)) print(line)
  print(`Written to ${await writeJson('fairness', fairness)}`)
  return fairness
}

async function benchRealtime(options: Options, commandLine: readonly string[]): Promise<void> {
  const realtime = await measureRealtime({ ...options, commandLine, print, signal })
  for (const line of realtimeText(realtime)) print(line)
  print(`Written to ${await writeJson('realtime', realtime)}`)
  if (realtime.deliveries.some(({ expected, received }) => received < expected)) process.exitCode = 1
}

async function benchMedia(commandLine: readonly string[]): Promise<void> {
  const options = { ...readMediaOptions(commandLine), commandLine: ['media', ...commandLine] }
  const results = await runMedia({ ...options, print, signal })
  for (const line of mediaTable(results.publications)) print(line)
  print(`Written to ${await writeJson('media', results)}`)
}
