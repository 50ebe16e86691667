import type { Measurement } from './measure.ts'
import type { Memory } from './system/usage.ts'

/** The lines that are printed for one measurement. */
export function describeMeasurement(measurement: Measurement): string[] {
  const { route, load, cold, beside, cpu, memory, othersCores } = measurement
  const server = serverMemory(memory)
  const lines = [
    [
      route.padEnd(36),
      `${whole(load.perSecond)}/s`.padStart(9),
      `p50 ${short(load.p50)}`.padStart(10),
      `p99 ${short(load.p99)}`.padStart(10),
      `p99.9 ${short(load.p999)} ms`.padStart(16),
      `${load.errors} errors`.padStart(10),
      `  cold ${whole(cold.perSecond)}/s`.padEnd(15),
      `${whole(server.max)} MB`.padStart(7),
      `  others ${Math.round(othersCores * 100)} %`,
    ].join(' '),
    `    CPU µs per request: ${describeCpu(cpu)}; MB over time: ${describeMemory(server)}`,
  ]
  for (const [kind, part] of Object.entries(load.kinds ?? {})) {
    lines.push(`    ${kind.padEnd(14)} ${part.requests} × p50 ${short(part.p50)}, p99 ${short(part.p99)} ms`)
  }
  if (beside) lines.push(`    beside it ${whole(beside.perSecond)}/s, ${beside.errors} errors`)
  const firstError = load.firstError ?? cold.firstError ?? beside?.firstError
  if (firstError !== undefined) lines.push(`    first error: ${firstError}`)
  return lines
}

/** Memory over time, in MB. */
export function describeMemory({ overTime }: Memory): string {
  return overTime.map(whole).join(' ')
}

/** CPU per request by group, largest first. */
export function describeCpu(cpu: Measurement['cpu']): string {
  const parts = Object.entries(cpu).filter(([, time]) => time >= 0.5)
  return parts
    .sort(([, a], [, b]) => b - a)
    .map(([group, time]) => `${group} ${whole(time)}`)
    .join(', ')
}

/** CPU per request of the system and its stores, without the load generator. */
export function systemCpu(cpu: Measurement['cpu']): number {
  return Object.entries(cpu).reduce((sum, [group, time]) => (group === 'generator' ? sum : sum + time), 0)
}

const stores = new Set(['generator', 'postgres', 'redis', 'object store', 'ffmpeg', 'yardstick', 'other'])

/** Resident memory of all processes of the system together, in MB. */
export function serverMemory(memory: Measurement['memory']): Memory {
  const own = Object.entries(memory).filter(([group]) => !stores.has(group))
  const sum = (of: (part: Memory) => number): number => own.reduce((total, [, part]) => total + of(part), 0)
  const moments = Math.max(0, ...own.map(([, part]) => part.overTime.length))
  return {
    min: sum((part) => part.min),
    max: sum((part) => part.max),
    perMinute: sum((part) => part.perMinute),
    overTime: Array.from({ length: moments }, (_, index) => sum((part) => part.overTime[index] ?? 0)),
  }
}

/** With separators. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

/** Milliseconds with significant digits only. */
export function short(milliseconds: number): string {
  return milliseconds >= 100 ? whole(milliseconds) : milliseconds.toPrecision(2)
}
