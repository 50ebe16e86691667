import type { Measurement } from './measure.ts'
import { serverMemory, systemCpu } from './table.ts'

/** The target of a hot route on two cores, including load generator and stores, all in one process. */
export interface Target {
  readonly perSecond: number
  /** CPU microseconds per request of the system and its stores; absent where the rate is sufficient. */
  readonly cpu?: number
}

/** Requests per second of the yardstick on the machine for which the targets were set. */
export const yardstickOfTargets = 67_000

/** In MB, for one process with everything in it. */
export const memoryTarget = 400

const poll: Target = { perSecond: 21_400, cpu: 50 }
const like: Target = { perSecond: 10_000, cpu: 160 }

/** Of one user, and of a list of users, over REST and GraphQL. */
const user: Target = { perSecond: 14_700, cpu: 100 }
const followList: Target = { perSecond: 5_400, cpu: 250 }
const publishList: Target = { perSecond: 4_700, cpu: 400 }
const commentList: Target = { perSecond: 6_700, cpu: 250 }

/** By route name; routes without an entry have no target. */
export const targets: Readonly<Record<string, Target>> = {
  'feed, anonymous': { perSecond: 30_000, cpu: 30 },
  'feed, logged in, hot page': { perSecond: 10_700, cpu: 120 },
  'feed, logged in, random pages': { perSecond: 5_400, cpu: 300 },
  'Feed operation over GraphQL': { perSecond: 4_700, cpu: 250 },
  user,
  'user, over GraphQL': user,
  'follow list (50)': followList,
  'follow list (50), over GraphQL': followList,
  'publish list': publishList,
  'publish list, over GraphQL': publishList,
  'comment list (50)': commentList,
  'comment list (50), over GraphQL': commentList,
  'chat poll, nothing new': poll,
  'chat poll, nothing new, over GraphQL': poll,
  'like, distinct pairs': like,
  'like, distinct pairs, over GraphQL': like,
  'like, one hot video': like,
  'comment add': { perSecond: 6_000, cpu: 280 },
  'message send': { perSecond: 6_000, cpu: 300 },
  login: { perSecond: 25 },
}

/** Whether a measurement meets its target; null where there is none. */
export function isMet({ route, load, cpu }: Measurement): boolean | null {
  const target = targets[route]
  if (!target) return null
  return load.perSecond >= target.perSecond && (target.cpu === undefined || systemCpu(cpu) <= target.cpu)
}

/** The peak memory of the system during all loads, in MB. */
export function maxMemory(measurements: readonly Measurement[]): number {
  return Math.max(0, ...measurements.map(({ memory }) => serverMemory(memory).max))
}
