import type { Measurement } from './measure.ts'
import { serverMemory, systemCpu } from './table.ts'

/** What a hot route shall do on two cores, load generator and stores included, all in one process. */
export interface Target {
  readonly perSecond: number
  /** CPU microseconds per request of the system and its stores; absent where the rate says all. */
  readonly cpu?: number
}

/** How often the machine for which the targets were set answers the yardstick, in a second. */
export const yardstickOfTargets = 67_000

/** In MB, for one process with everything in it. */
export const memoryTarget = 300

const list: Target = { perSecond: 4_000, cpu: 250 }

/** By the names of the routes; those that are missing have no target. */
export const targets: Readonly<Record<string, Target>> = {
  'feed, anonymous': { perSecond: 30_000, cpu: 25 },
  'feed, logged in, hot page': { perSecond: 8_000, cpu: 120 },
  'feed, logged in, random pages': { perSecond: 3_000, cpu: 450 },
  'Feed operation over GraphQL': { perSecond: 2_000, cpu: 500 },
  user: list,
  'follow list (50)': list,
  'comment list (50)': list,
  'chat poll, nothing new': { perSecond: 12_000, cpu: 60 },
  'like, distinct pairs': { perSecond: 3_000, cpu: 250 },
  'like, one hot video': { perSecond: 3_000, cpu: 250 },
  login: { perSecond: 25 },
}

/** Whether a measurement meets its target; null where there is none. */
export function isMet({ route, load, cpu }: Measurement): boolean | null {
  const target = targets[route]
  if (!target) return null
  return load.perSecond >= target.perSecond && (target.cpu === undefined || systemCpu(cpu) <= target.cpu)
}

/** The most memory that the system took during any of the loads, in MB. */
export function mostMemory(measurements: readonly Measurement[]): number {
  return Math.max(0, ...measurements.map(({ memory }) => serverMemory(memory).max))
}
