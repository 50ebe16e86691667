import { machineCpu, usageByGroup } from './processes.ts'

/** Resident memory over time, in MB. */
export interface Memory {
  readonly min: number
  readonly max: number
  /** How fast it grew, by linear regression. */
  readonly perMinute: number
  /** At ten evenly spaced times; fewer for a short load. */
  readonly overTime: readonly number[]
}

/** The cost of a load, by group of processes. */
export interface Cost {
  /** Microseconds of CPU time. */
  readonly cpu: Readonly<Record<string, number>>
  readonly memory: Readonly<Record<string, Memory>>
  /** CPU time of other processes on the machine, as a share of one core. */
  readonly othersCores: number
}

const sampleMs = 500

/** Records the usage of the system until `stop` is called. */
export function watchUsage(): { stop(): Cost } {
  const start = performance.now()
  const before = usageByGroup()
  const machineBefore = machineCpu()
  const samples = new Map<string, [minutes: number, megabytes: number][]>()

  function sample(): void {
    const minutes = (performance.now() - start) / 60_000
    for (const [group, { residentBytes }] of usageByGroup()) {
      const ofGroup = samples.get(group) ?? []
      samples.set(group, ofGroup)
      ofGroup.push([minutes, residentBytes / 2 ** 20])
    }
  }

  const timer = setInterval(sample, sampleMs)
  return {
    stop() {
      clearInterval(timer)
      sample()
      const cpu: Record<string, number> = {}
      for (const [group, usage] of usageByGroup()) cpu[group] = usage.cpu - (before.get(group)?.cpu ?? 0)
      const ours = Object.values(cpu).reduce((sum, time) => sum + time, 0)
      const elapsed = (performance.now() - start) * 1_000
      return {
        cpu,
        memory: Object.fromEntries([...samples].map(([group, points]) => [group, memoryOf(points)])),
        othersCores: Math.max(0, (machineCpu() - machineBefore - ours) / elapsed),
      }
    },
  }
}

function memoryOf(points: readonly (readonly [minutes: number, megabytes: number])[]): Memory {
  const megabytes = points.map(([, size]) => size)
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanTime, meanSize] = [mean(points.map(([time]) => time)), mean(megabytes)]
  const spread = mean(points.map(([time]) => (time - meanTime) ** 2))
  const covariance = mean(points.map(([time, size]) => (time - meanTime) * (size - meanSize)))
  return {
    min: Math.min(...megabytes),
    max: Math.max(...megabytes),
    perMinute: spread === 0 ? 0 : covariance / spread,
    overTime: evenly(megabytes, 10),
  }
}

/** Some of the values, including the last one. */
function evenly(values: readonly number[], count: number): number[] {
  const step = values.length / count
  return step <= 1
    ? [...values]
    : Array.from({ length: count }, (_, index) => values[Math.ceil((index + 1) * step) - 1] ?? 0)
}
