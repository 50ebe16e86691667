import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { openFaultyProxy, type FaultyProxy } from '../../testing/faulty-proxy.ts'
import { createLogger } from '../runtime/logger.ts'
import { createFixedWindowLimit, type FixedWindowLimit } from './fixed-window-limit.ts'
import { openRedis, type Redis } from '../redis/client.ts'
import { patience } from '../../testing/waiting.ts'

/** Longer than any test runs. */
const pace = { name: 'pace', points: 10, windowSeconds: 100_000_000 }

let proxy: FaultyProxy
let prefix: string
const opened: Redis[] = []
const limits: FixedWindowLimit[] = []

beforeEach(async () => {
  proxy = await openFaultyProxy(inject('services').redisUrl)
  prefix = `${randomBytes(6).toString('hex')}:`
})
afterEach(async () => {
  for (const limit of limits.splice(0)) await limit[Symbol.asyncDispose]()
  for (const redis of opened.splice(0)) redis.disconnect()
  await proxy[Symbol.asyncDispose]()
})

function limitOf(options: Partial<Parameters<typeof createFixedWindowLimit>[0]> = {}): FixedWindowLimit {
  const limit = createFixedWindowLimit({ ...pace, ...options })
  limits.push(limit)
  return limit
}

/** A process that can reach the others. */
async function aProcess(): Promise<FixedWindowLimit> {
  const redis = openRedis(proxy.url, prefix, createLogger('silent', 'test'))
  opened.push(redis)
  await vi.waitFor(() => expect(redis.status).toBe('ready'), patience)
  return limitOf({ redis })
}

/** How many of the attempts of a key are allowed before it has to wait. */
function uses(limit: FixedWindowLimit, key: string, attempts = 20): number {
  return Array.from({ length: attempts }, () => limit.use(key)).filter((seconds) => seconds === 0).length
}

describe('a pace', () => {
  it('is kept for each key, and tells how long to wait', () => {
    const limit = limitOf({ windowSeconds: 60 })
    vi.useFakeTimers({ now: 90_000 })
    try {
      expect(uses(limit, 'alice')).toBe(10)
      expect(limit.use('alice')).toBe(30)
      expect(uses(limit, 'bob')).toBe(10)
      vi.setSystemTime(120_000)
      expect(uses(limit, 'alice')).toBe(10)
    } finally {
      vi.useRealTimers()
    }
  })

  it('lets several points be used at once, all or none', () => {
    const limit = limitOf()
    expect(limit.use('alice', 8)).toBe(0)
    expect(limit.use('alice', 3)).toBeGreaterThan(0)
    expect(limit.use('alice', 2)).toBe(0)
  })

  it('is none when there are 0 points', () => {
    expect(uses(limitOf({ points: 0 }), 'alice', 1_000)).toBe(1_000)
  })

  it('is kept by several processes together', async () => {
    const [here, there] = [await aProcess(), await aProcess()]
    const window = Math.floor(Date.now() / (pace.windowSeconds * 1_000))
    /** Waits until the processes know of each other's use of a key. */
    const told = (key: string, points: number) =>
      expect.poll(() => opened[0]?.get(`${pace.name}:${key}:${window}`)).toBe(String(points))

    expect(uses(here, 'alice', 6)).toBe(6)
    await told('alice', 6)
    expect(uses(there, 'alice', 1)).toBe(1)
    await told('alice', 7)
    // Exchanges do not overlap: with the next one, the answer of the last has arrived.
    expect(uses(there, 'carol', 1)).toBe(1)
    await told('carol', 1)

    expect(uses(there, 'alice')).toBe(3)
    expect(uses(there, 'bob')).toBe(10)
  })

  it('is kept by each process alone while Redis is away', async () => {
    const limit = await aProcess()
    await proxy.shut()
    await vi.waitFor(() => expect(opened[0]?.status).not.toBe('ready'), patience)
    expect(uses(limit, 'alice')).toBe(10)
  })
})
