import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { openFaultyProxy, type FaultyProxy } from '../../../testing/faulty-proxy.ts'
import { createLogger } from '../../../platform/runtime/logger.ts'
import { createRateLimit } from './rate-limit.ts'
import { openRedis, type Redis } from '../../../platform/redis/client.ts'
import { patience } from '../../../testing/waiting.ts'

const budget = { name: 'limit', points: 2, windowSeconds: 60 }

let proxy: FaultyProxy
let prefix: string
const opened: Redis[] = []

async function connect(): Promise<Redis> {
  const redis = openRedis(proxy.url, prefix, createLogger('silent', 'test'))
  opened.push(redis)
  await vi.waitFor(() => expect(redis.status).toBe('ready'), patience)
  return redis
}

beforeEach(async () => {
  proxy = await openFaultyProxy(inject('services').redisUrl)
  prefix = `${randomBytes(6).toString('hex')}:`
})
afterEach(async () => {
  for (const redis of opened.splice(0)) redis.disconnect()
  await proxy[Symbol.asyncDispose]()
})

describe('a budget', () => {
  it('lasts for its points, per key', async () => {
    const limit = createRateLimit(await connect(), budget)
    expect(await limit.secondsUntilFree('alice')).toBe(0)
    await limit.use('alice')
    expect(await limit.secondsUntilFree('alice')).toBe(0)
    await limit.use('alice')

    const seconds = await limit.secondsUntilFree('alice')
    expect(seconds).toBeGreaterThan(50)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(await limit.secondsUntilFree('bob')).toBe(0)
  })

  it('is shared by all processes', async () => {
    const [here, there] = [createRateLimit(await connect(), budget), createRateLimit(await connect(), budget)]
    await Promise.all([here.use('alice'), there.use('alice')])

    expect(await here.secondsUntilFree('alice')).toBeGreaterThan(0)
    expect(await there.secondsUntilFree('alice')).toBeGreaterThan(0)
  })

  it('is whole again after the window, and after a reset', async () => {
    const limit = createRateLimit(await connect(), { ...budget, points: 1, windowSeconds: 1 })
    await limit.use('alice')
    expect(await limit.secondsUntilFree('alice')).toBe(1)
    await vi.waitFor(async () => expect(await limit.secondsUntilFree('alice')).toBe(0), patience)

    await limit.use('alice')
    await limit.reset('alice')
    expect(await limit.secondsUntilFree('alice')).toBe(0)
  })
})

describe('a budget while Redis is away', () => {
  it('is kept by the process itself', async () => {
    const redis = await connect()
    const limit = createRateLimit(redis, budget)
    await proxy.shut()
    await vi.waitFor(() => expect(redis.status).not.toBe('ready'), patience)

    await limit.use('alice')
    await limit.use('alice')

    expect(await limit.secondsUntilFree('alice')).toBeGreaterThan(0)
    await limit.reset('alice')
    expect(await limit.secondsUntilFree('alice')).toBe(0)
  })

  it('is waited for once in a while when Redis hangs, and not by every call', async () => {
    const redis = await connect()
    const limit = createRateLimit(redis, budget)
    proxy.freeze()

    const commands = vi.spyOn(redis, 'sendCommand')
    await Promise.all(Array.from({ length: 5 }, () => limit.use('alice')))
    const waitedFor = commands.mock.calls.length
    for (let call = 0; call < 5; call++) await limit.use('alice')
    expect(commands.mock.calls.length - waitedFor).toBeLessThan(5)

    expect(await limit.secondsUntilFree('alice')).toBeGreaterThan(0)
  })

  it('is back in Redis as soon as that is', async () => {
    const redis = await connect()
    const limit = createRateLimit(redis, budget)
    await proxy.shut()
    await vi.waitFor(() => expect(redis.status).not.toBe('ready'), patience)
    await limit.use('alice')
    await proxy.open()

    const elsewhere = createRateLimit(await connect(), { ...budget, points: 1 })
    await vi.waitFor(async () => {
      await limit.use('alice')
      expect(await elsewhere.secondsUntilFree('alice')).toBeGreaterThan(0)
    }, patience)
  })
})
