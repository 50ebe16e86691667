import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { createLogger } from '../../platform/runtime/logger.ts'
import { openRedis, type Redis } from '../../platform/redis/client.ts'
import { createRecentWriters } from './recent-writers.ts'
import { patience } from '../../testing/waiting.ts'

const log = createLogger('silent', 'test')
const prefix = `${randomBytes(6).toString('hex')}:`
const clients: Redis[] = []

/** A process of the system. */
async function process(url = inject('services').redisUrl, keyPrefix = prefix) {
  const redis = openRedis(url, keyPrefix, log)
  clients.push(redis)
  if (url === inject('services').redisUrl) await vi.waitUntil(() => redis.status === 'ready', patience)
  return Object.assign(createRecentWriters(redis), { redis })
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
  expect(await Promise.all(['1', '2'].map(async (userId) => there.isRecent(userId)))).toEqual([false, false])
  await here.note('1')
  const asked = [here, there].flatMap((each) => ['1', '2'].map(async (userId) => each.isRecent(userId)))
  expect(await Promise.all(asked)).toEqual([true, false, true, false])
})

it('forgets it after a moment', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    await here.note('3')
    vi.advanceTimersByTime(1_900)
    expect(await Promise.all([here, there].map(async (each) => each.isRecent('3')))).toEqual([true, true])
    vi.advanceTimersByTime(200)
    expect(await Promise.all([here, there].map(async (each) => each.isRecent('3')))).toEqual([false, false])
  } finally {
    vi.useRealTimers()
  }
})

it('takes everybody to have changed something while nobody can tell', async () => {
  const alone = await process('redis://127.0.0.1:9')
  await alone.note('4')
  expect(await Promise.all(['4', '5'].map(async (userId) => alone.isRecent(userId)))).toEqual([true, true])
})

it('knows only its own without Redis', async () => {
  const only = createRecentWriters(undefined)
  await only.note('6')
  expect(await Promise.all(['6', '7'].map(async (userId) => only.isRecent(userId)))).toEqual([true, false])
})

describe('a process that is alone', () => {
  it('asks nobody', async () => {
    const alone = await process(inject('services').redisUrl, `${prefix}alone:`)
    await vi.waitUntil(() => alone.isRecent('8') === false, patience)
    const asks = vi.spyOn(alone.redis, 'zmscore')
    await alone.note('9')
    expect([alone.isRecent('8'), alone.isRecent('9')]).toEqual([false, true])
    expect(asks).not.toHaveBeenCalled()
  })

  it('knows of the first write through another one, as soon as that is noted', async () => {
    const ours = `${prefix}first:`
    const first = await process(inject('services').redisUrl, ours)
    await vi.waitUntil(() => first.isRecent('10') === false, patience)
    const second = await process(inject('services').redisUrl, ours)
    await second.note('10')
    expect(await first.isRecent('10')).toBe(true)
  })

  it('is alone again when the other one has ended', async () => {
    const ours = `${prefix}again:`
    const first = await process(inject('services').redisUrl, ours)
    const second = await process(inject('services').redisUrl, ours)
    await vi.waitUntil(() => first.isRecent('11') !== false, patience)
    await second[Symbol.asyncDispose]()
    await vi.waitUntil(() => first.isRecent('11') === false, patience)
  })

  it('waits for nobody before its first write', async () => {
    const alone = await process(inject('services').redisUrl, `${prefix}unknown:`)
    const since = performance.now()
    await alone.note('12')
    expect(performance.now() - since).toBeLessThan(400)
  })
})
