import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { watchWaitingTime, type WaitingTime } from './waiting-time.ts'

/** Load shedding: measures how overloaded this process is, and decides which calls to reject. */
export interface Overload extends Disposable, Pick<WaitingTime, 'enter'> {
  /** Whether the next call is to be rejected. */
  rejectsNext(): boolean
}

/**
 * Counts the calls to the routes of an app from when they were read until they are answered; those with files, and
 * those that go on, take their time.
 */
export function countCalls(app: FastifyInstance, overload: Pick<Overload, 'enter'>): void {
  app.addHook('preHandler', ({ routeOptions }: FastifyRequest, reply, done) => {
    const { takesFiles, staysOpen } = routeOptions.config
    if (takesFiles !== true && staysOpen !== true) reply.raw.once('close', overload.enter())
    done()
  })
}

/** How often the lateness of the event loop is checked. */
const checkEveryMs = 250
/** The resolution of the measurement: a timer of this interval fires late by the delay of the loop. */
const resolutionMs = 50
/** By how much the share of rejected calls grows or shrinks at each check. */
const step = { up: 0.25, down: 0.1 }

/**
 * Rejects a growing share of calls while the event loop is late by more than `lateMs`, and a shrinking share once it is late by
 * less than half of that; in between the share stays the same, to avoid oscillation. Also rejects every call that would wait
 * for more than half of `lateMs` behind others. With 0 nothing is ever rejected.
 *
 * @param measure returns the delay of the loop since the last call, in milliseconds.
 */
export function watchOverload(lateMs: number, measure?: () => number): Overload {
  if (lateMs === 0) {
    return { rejectsNext: () => false, enter: () => () => undefined, [Symbol.dispose]: () => undefined }
  }
  const waiting = watchWaitingTime(lateMs / 2)
  const delay = measure ? undefined : watchEventLoop()
  const lateness = measure ?? delay?.lateness ?? (() => 0)
  let share = 0
  let owed = 0

  const timer = setInterval(() => {
    const late = lateness()
    if (late > lateMs) share = Math.min(1, share + step.up)
    else if (late < lateMs / 2) share = Math.max(0, share - step.down)
  }, checkEveryMs)
  timer.unref()

  return {
    enter: () => waiting.enter(),
    rejectsNext() {
      if (waiting.isTooLong()) return true
      if (share === 0) return false
      // At a share of 0.5, every second call is rejected.
      owed += share
      if (owed < 1) return false
      owed -= 1
      return true
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      delay?.stop()
    },
  }
}

function watchEventLoop(): { lateness: () => number; stop: () => void } {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  return {
    lateness() {
      // Without a sample there is no mean: the loop did not run at all, or no timer was late.
      const mean = histogram.count === 0 ? 0 : histogram.mean / 1e6 - resolutionMs
      histogram.reset()
      return mean
    },
    stop: () => histogram.disable(),
  }
}
