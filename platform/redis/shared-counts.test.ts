import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest'
import { openFaultyProxy, type FaultyProxy } from '../../testing/faulty-proxy.ts'
import { patience } from '../../testing/waiting.ts'
import { createLogger } from '../runtime/logger.ts'
import { openRedis, type Redis } from './client.ts'
import { openSharedCounts, sumSharedCounts, type SharedCounts } from './shared-counts.ts'

const name = 'things'

let proxy: FaultyProxy
let prefix: string
const opened: Redis[] = []
const processes: SharedCounts[] = []

beforeEach(async () => {
  proxy = await openFaultyProxy(inject('services').redisUrl)
  prefix = `${randomBytes(6).toString('hex')}:`
})
afterEach(async () => {
  for (const counts of processes.splice(0)) await counts[Symbol.asyncDispose]()
  for (const redis of opened.splice(0)) redis.disconnect()
  await proxy[Symbol.asyncDispose]()
})

async function connection(url = proxy.url): Promise<Redis> {
  const redis = openRedis(url, prefix, createLogger('silent', 'test'))
  opened.push(redis)
  await vi.waitUntil(() => redis.status === 'ready', patience)
  return redis
}

async function aProcess(url?: string): Promise<SharedCounts> {
  const counts = openSharedCounts(await connection(url), name)
  processes.push(counts)
  return counts
}

it('adds up what all processes hold, without those that have ended', async () => {
  const [here, there] = [await aProcess(), await aProcess()]
  expect(await here.add('alice', 1)).toBe(1)
  await expect.poll(() => there.add('alice', 1), patience).toBeGreaterThan(1)
  const redis = await connection()
  const sums = () => sumSharedCounts(redis, name, ['alice', 'bob'])
  const [total = 0] = await sums()
  expect(await here.add('alice', -1)).toBe(total - 1)
  expect(await sums()).toEqual([total - 1, 0])
  await there[Symbol.asyncDispose]()
  expect(await sums()).toEqual([0, 0])
})

it('adds up nothing of a process of this machine that was killed, and for a while what one elsewhere held', async () => {
  const redis = await connection()
  const { pid } = spawnSync(process.execPath, ['--version'])
  for (const [id, count] of [
    [`${hostname()}/${pid}/killed`, 5],
    [`another machine/${pid}/unknown`, 2],
  ] as const) {
    await redis.zadd(`${name}:processes`, Date.now() + 15_000, id)
    await redis.hset(`${name}:of:${id}`, 'alice', count)
  }
  expect(await sumSharedCounts(redis, name, ['alice'])).toEqual([2])
})

it('counts alone while Redis is down, and tells the others when it is back', { timeout: 60_000 }, async () => {
  const away = await aProcess()
  await away.add('alice', 1)
  await proxy.shut()
  await vi.waitUntil(() => opened[0]?.status !== 'ready', patience)
  expect(await away.add('alice', 1)).toBe(2)
  expect(await away.add('bob', 1)).toBe(1)
  expect(await away.add('bob', -1)).toBe(0)
  await proxy.open()
  const redis = await connection(inject('services').redisUrl)
  await expect.poll(() => sumSharedCounts(redis, name, ['alice', 'bob']), { timeout: 30_000 }).toEqual([2, 0])
})

it('says again what Redis has forgotten, and is forgotten when it says nothing', { timeout: 60_000 }, async () => {
  const counts = await aProcess()
  await counts.add('alice', 1)
  const redis = await connection()
  const keys = (await redis.keys(`${prefix}*`)).map((key) => key.slice(prefix.length))
  expect(keys.length).toBeGreaterThan(0)
  for (const key of keys) {
    if (!key.endsWith('processes')) expect(await redis.pttl(key)).toBeGreaterThan(0)
    await redis.del(key)
  }
  await expect.poll(() => sumSharedCounts(redis, name, ['alice']), { timeout: 30_000 }).toEqual([1])
})
