import { row } from '../report/row.ts'
import { short, systemCpu, whole } from '../table.ts'
import type { Delivery, Realtime } from './realtime.ts'

/** On two cores, clients included. Sockets: MB and percent of a core for 5 000; messages: milliseconds. */
const targets = { megabytes: 60, percent: 3, p99: 150, perFurtherSocket: 0.1 } as const

/** The results of realtime, in Markdown. */
export function realtimeText({ idle, deliveries, perFurtherSocket }: Realtime): string[] {
  const share = idle.sockets / 5_000
  const isLight =
    idle.megabytes <= targets.megabytes * share && idle.percent - idle.percentBefore <= targets.percent * share
  const lost = deliveries.reduce((sum, { expected, received }) => sum + expected - received, 0)
  const events = deliveries.reduce((sum, { expected }) => sum + expected, 0)
  const [one] = deliveries
  return [
    '## Sockets',
    '',
    `${whole(idle.sockets)} idle sockets, opened in ${idle.secondsToOpen.toFixed(1)} s, take ${idle.megabytes.toFixed(0)} MB`,
    `(target ${targets.megabytes} for 5 000) and ${idle.percent.toFixed(1)} % of a core, ${idle.percentBefore.toFixed(1)} % without them`,
    `(target ${targets.percent} more for 5 000): ${verdict(isLight)}.`,
    '',
    row('messages', 'a second', 'sockets each', 'delivered', 'of', 'twice', 'gaps', 'p50', 'p99', 'CPU each'),
    row('---', ...Array<string>(9).fill('--:')),
    ...deliveries.map(deliveryRow),
    '',
    `500 messages a second to one socket each: p99 ${one ? short(one.latency.p99) : '–'} ms (target ${targets.p99}): ${verdict((one?.latency.p99 ?? Infinity) <= targets.p99)}.`,
    `CPU per message and further socket: ${perFurtherSocket.toFixed(3)} ms (target ${targets.perFurtherSocket}): ${verdict(perFurtherSocket <= targets.perFurtherSocket)}.`,
    `Lost: ${whole(lost)} of ${whole(events)} events (target 0): ${verdict(lost === 0)}.`,
    '',
  ]
}

function deliveryRow(delivery: Delivery): string {
  const { route, perSecond, socketsPerUser, received, expected, repeated, gaps, latency, cpu } = delivery
  return row(
    route,
    ...[perSecond, socketsPerUser, received, expected, repeated, gaps].map(whole),
    ...[latency.p50, latency.p99].map(short),
    `${systemCpu(cpu).toFixed(2)} ms`,
  )
}

function verdict(isMet: boolean): string {
  return isMet ? 'met' : '**missed**'
}
