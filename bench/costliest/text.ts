import { row } from '../report/row.ts'
import { whole } from '../table.ts'
import type { Costliest, OperationCost } from './costliest.ts'

/** The maximum cost of one operation. */
const targets = { cpuMs: 300, megabytes: 20 }

/** The result of the search, in Markdown. */
export function costliestText({ seed, admitted, refused, byCpu, byBytes }: Costliest): string[] {
  const most = Math.max(byCpu.cpuMs, byCpu.firstCpuMs, byBytes.firstCpuMs)
  const megabytes = byBytes.bytes / 1e6
  const isMet = most < targets.cpuMs && megabytes < targets.megabytes
  return [
    '## The most expensive operation that is let through',
    '',
    `A generator (seed ${seed}) made ${whole(admitted)} operations that admission let through, and ${whole(refused)} that it refused, each`,
    `a change of the dearest before. Target: below ${targets.cpuMs} ms of CPU and ${targets.megabytes} MB: ${isMet ? 'met' : 'missed'}.`,
    '',
    row('', 'CPU ms', 'the first time', 'rows read', 'answer KB', 'server grew MB'),
    row('---', ...Array<string>(5).fill('--:')),
    costRow('dearest', byCpu),
    costRow('longest answer', byBytes),
    '',
    '```graphql',
    shortened(byCpu.text),
    shortened(byBytes.text),
    '```',
    '',
  ]
}

function costRow(name: string, { cpuMs, firstCpuMs, rows, bytes, memoryMb }: OperationCost): string {
  return row(name, whole(cpuMs), whole(firstCpuMs), whole(rows), whole(bytes / 1_000), memoryMb.toFixed(1))
}

/** Long lists of ids carry no information. */
function shortened(text: string): string {
  return text.replace(/\[("\d{1,20}",?){4,1000}\]/g, '[…]')
}
