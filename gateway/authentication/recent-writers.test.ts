import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest'
import { createLogger } from '../../platform/runtime/logger.ts'
import { openRedis, type Redis } from '../../platform/redis/client.ts'
import { createRecentWriters } from './recent-writers.ts'
import { patience } from '../../testing/waiting.ts'

const log = createLogger('silent', 'test')
const prefix = `${randomBytes(6).toString('hex')}:`
const clients: Redis[] = []

/** A process of the system. */
async function process(url = inject('services').redisUrl) {
  const redis = openRedis(url, prefix, log)
  clients.push(redis)
  if (url === inject('services').redisUrl) await vi.waitUntil(() => redis.status === 'ready', patience)
  return createRecentWriters(redis)
}

let here: Awaited<ReturnType<typeof process>>
let there: Awaited<ReturnType<typeof process>>
beforeAll(async () => {
  ;[here, there] = await Promise.all([process(), process()])
})
afterAll(() => {
  for (const client of clients) client.disconnect()
})

it('knows in every process who changed something, as soon as that is noted', async () => {
  expect(await Promise.all(['1', '2'].map((userId) => there.isRecent(userId)))).toEqual([false, false])
  await here.note('1')
  const asked = [here, there].flatMap((each) => ['1', '2'].map((userId) => each.isRecent(userId)))
  expect(await Promise.all(asked)).toEqual([true, false, true, false])
})

it('forgets it after a moment', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    await here.note('3')
    vi.advanceTimersByTime(1_900)
    expect(await Promise.all([here.isRecent('3'), there.isRecent('3')])).toEqual([true, true])
    vi.advanceTimersByTime(200)
    expect(await Promise.all([here.isRecent('3'), there.isRecent('3')])).toEqual([false, false])
  } finally {
    vi.useRealTimers()
  }
})

it('takes everybody to have changed something while nobody can tell', async () => {
  const alone = await process('redis://127.0.0.1:9')
  await alone.note('4')
  expect(await Promise.all(['4', '5'].map((userId) => alone.isRecent(userId)))).toEqual([true, true])
})

it('knows only its own without Redis', async () => {
  const only = createRecentWriters(undefined)
  await only.note('6')
  expect(await Promise.all(['6', '7'].map((userId) => only.isRecent(userId)))).toEqual([true, false])
})
