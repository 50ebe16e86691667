import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { watchWaitingTime, type WaitingTime } from './waiting-time.ts'

/** Knows how late this process is, and who has to come again for it. */
export interface Overload extends Disposable, Pick<WaitingTime, 'enter'> {
  /** Whether the next call is to be refused. */
  refusesNext(): boolean
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

/** How often lateness is looked at. */
const lookEveryMs = 250
/** How fine the event loop is watched; a timer of this length comes late by what the loop is late. */
const resolutionMs = 50
/** How much more, and how much less again, of the calls is refused at each look. */
const step = { up: 0.25, down: 0.1 }

/**
 * Refuses a growing share of the calls while the event loop is late by more than `lateMs`, and a shrinking one once it is
 * late by less than half of that; in between the share stays, so that it does not swing. Refuses every call that would wait
 * for more than half of `lateMs` behind others. 0 refuses nobody, ever.
 *
 * @param measure answers how late the loop was since the last time, in milliseconds.
 */
export function watchOverload(lateMs: number, measure?: () => number): Overload {
  if (lateMs === 0) {
    return { refusesNext: () => false, enter: () => () => undefined, [Symbol.dispose]: () => undefined }
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
  }, lookEveryMs)
  timer.unref()

  return {
    enter: () => waiting.enter(),
    refusesNext() {
      if (waiting.isTooLong()) return true
      if (share === 0) return false
      // Of four calls at a share of 0.5 every second one is refused.
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
      // Without a sample there is no mean: then the loop did not come round at all, or nothing was late.
      const mean = histogram.count === 0 ? 0 : histogram.mean / 1e6 - resolutionMs
      histogram.reset()
      return mean
    },
    stop: () => histogram.disable(),
  }
}
