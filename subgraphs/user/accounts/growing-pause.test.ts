import { afterAll, expect, it } from 'vitest'
import { createLogger } from '../../../platform/runtime/logger.ts'
import { openRedis } from '../../../platform/redis/client.ts'
import { createGrowingPause } from './growing-pause.ts'

/** Unreachable, so that this process counts in memory and at once, even on a busy machine. */
const redis = openRedis('redis://127.0.0.1:1', '', createLogger('silent', 'test'))
afterAll(() => redis.disconnect())

const options = { name: 'pause', free: 2, longestSeconds: 30, forgetSeconds: 600 }

it('doubles with each failure up to its longest, and begins anew when it is forgotten', async () => {
  const pause = createGrowingPause(redis, options)
  const seconds: number[] = []
  for (let failure = 1; failure <= 6; failure++) {
    await pause.count('alice')
    seconds.push(await pause.secondsLeft('alice'))
  }
  // Each pause may have begun to elapse before it is read.
  expect(seconds.map((left) => [0, 5, 10, 20, 30].find((whole) => left <= whole))).toEqual([0, 5, 10, 20, 30, 30])
  expect(await pause.secondsLeft('bob')).toBe(0)

  await pause.forget('alice')
  await pause.count('alice')
  expect(await pause.secondsLeft('alice')).toBe(0)
})
