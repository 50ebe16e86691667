import { describeDataSet } from '../data-set.ts'
import type { Measurement } from '../measure.ts'
import { mistakesIn, type Results, type SystemResults } from '../results.ts'
import { describeCpu, describeMemory, serverMemory, short, systemCpu, whole } from '../table.ts'
import type { Fairness } from '../fairness/fairness.ts'
import { fairnessText } from '../fairness/text.ts'
import type { Costliest } from '../costliest/costliest.ts'
import { costliestText } from '../costliest/text.ts'
import type { Growth } from '../growth/growth.ts'
import { growthText } from '../growth/text.ts'
import type { StartResults } from '../start/start.ts'
import { startText } from '../start/text.ts'
import { bothEntrancesText } from './both-entrances.ts'
import { row } from './row.ts'
import { isMet, memoryTarget, maxMemory, targets, yardstickOfTargets } from '../targets.ts'

/** From this load by other processes on, the figures are not comparable. */
const maxOthersCores = 0.1

/** What a report contains besides the hot routes. */
export interface MoreResults {
  readonly costliest: Costliest
  readonly growth: Growth
  readonly start: StartResults
  readonly fairness: Fairness
  /** Why the figures changed, in hand-written Markdown. */
  readonly changes: string
}

/** The report of a run, in Markdown. */
export function reportText(results: Results, { costliest, growth, start, fairness, changes }: MoreResults): string {
  const { command, date, machine, commit, dataSet, seconds, connections, rate, yardstick, systems, recount } = results
  const { errors, wrong } = mistakesIn(results)
  const loop =
    rate === null
      ? `a closed loop of ${connections} connections`
      : `an open loop of ${whole(rate)} requests a second over ${connections} connections`
  return [
    '# What the hot routes do',
    '',
    `Written by \`${command}\` on ${date.slice(0, 10)}; write it anew with the same command.`,
    '',
    ...warning(systems),
    `- Machine: ${machine}. Load generator, PostgreSQL and Redis run on the same cores.`,
    `- Commit: ${commit}`,
    `- Data: ${describeDataSet(dataSet)}; a thousand viewers take turns, each with a token.`,
    `- Load: ${loop}, ${seconds} s for each route after a warm-up, whose first second is the column “cold”.`,
    `- Yardstick: plain \`node:http\` answers the bytes of a feed ${whole(yardstick.perSecond)} times a second; on the`,
    `  machine for which the targets were set, ${whole(yardstickOfTargets)} times. The column “met” compares with the targets as they are.`,
    `- Failed requests: ${whole(errors)}. Kept counts that differ from a recount: ${whole(wrong)}; it took ${recount.seconds.toFixed(1)} s.`,
    '',
    '![Requests per second](report.svg)',
    '',
    ...systems.flatMap((system) => systemText(system, results)),
    'CPU is what the system and its stores spent per request, without the load generator. Latencies are milliseconds, and',
    'with the processor busy all the time mostly those of waiting; an open loop (`--open RATE`) shows them without.',
    '',
    ...costliestText(costliest),
    ...growthText(growth),
    ...startText(start),
    ...fairnessText(fairness),
    changes,
  ].join('\n')
}

function warning(systems: readonly SystemResults[]): string[] {
  const others = systems.flatMap(({ measurements }) => measurements.map(({ othersCores }) => othersCores))
  const most = Math.max(0, ...others)
  if (most <= maxOthersCores) return []
  return [
    `> The machine did something else meanwhile, up to ${most.toFixed(1)} cores' worth: the figures are too low.`,
    '',
  ]
}

function systemText({ topology, description, measurements }: SystemResults, { yardstick }: Results): string[] {
  const most = maxMemory(measurements)
  const memory =
    topology === 'one'
      ? `Memory: at most ${whole(most)} MB (target ${memoryTarget} MB: ${most <= memoryTarget ? 'met' : 'missed'}).`
      : `Memory: at most ${whole(most)} MB, all processes of the system together.`
  return [
    `## ${description.charAt(0).toUpperCase()}${description.slice(1)}`,
    '',
    row('route', 'req/s', 'target', 'p50', 'p99', 'p99.9', 'CPU µs', 'target', 'cold req/s', 'of yardstick', 'met'),
    row('---', ...Array<string>(9).fill('--:'), '---'),
    ...measurements.map((measurement) => measurementRow(measurement, yardstick.perSecond)),
    '',
    memory,
    '',
    ...besideLogins(measurements),
    ...bothEntrancesText(measurements),
    '<details><summary>CPU by process, memory, and the parts of the mix</summary>',
    '',
    row('route', 'CPU µs per request', 'MB over time', 'MB per minute'),
    row('---', '---', '--:', '--:'),
    ...measurements.map(({ route, cpu, memory: used }) => {
      const own = serverMemory(used)
      return row(route, describeCpu(cpu), describeMemory(own), whole(own.perMinute))
    }),
    '',
    ...measurements.flatMap(partsOfMix),
    '</details>',
    '',
  ]
}

function measurementRow(measurement: Measurement, yardstick: number): string {
  const { route, load, cold, cpu } = measurement
  const target = targets[route]
  const met = isMet(measurement)
  return row(
    route,
    whole(load.perSecond),
    target ? `≥ ${whole(target.perSecond)}` : '',
    ...[load.p50, load.p99, load.p999].map(short),
    whole(systemCpu(cpu)),
    target?.cpu === undefined ? '' : `≤ ${whole(target.cpu)}`,
    whole(cold.perSecond),
    `${(100 * (load.perSecond / yardstick)).toPrecision(2)} %`,
    met === null ? '' : met ? 'yes' : '**no**',
  )
}

/** Logins keep cores busy; other requests should hardly notice. */
function besideLogins(measurements: readonly Measurement[]): string[] {
  const beside = measurements.find((measurement) => measurement.beside)
  const alone = measurements.find(({ route }) => route === 'feed, logged in, hot page')
  if (!beside?.beside || !alone) return []
  const factor = beside.load.p99 / alone.load.p99
  return [
    `While ${whole(beside.beside.perSecond)} people a second log in, the p99 of the feed is ${factor.toFixed(1)} times as long`,
    `(target: less than 2 times: ${factor < 2 ? 'met' : 'missed'}).`,
    '',
  ]
}

function partsOfMix({ load }: Measurement): string[] {
  if (!load.kinds) return []
  const parts = Object.entries(load.kinds)
  return [
    row('in the mix', 'requests', 'p50', 'p99', 'p99.9'),
    row('---', '--:', '--:', '--:', '--:'),
    ...parts.map(([kind, part]) => row(kind, whole(part.requests), ...[part.p50, part.p99, part.p999].map(short))),
    '',
  ]
}
