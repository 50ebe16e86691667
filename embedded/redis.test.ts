import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EmbeddedService } from './embedded-service.ts'
import { findProgram } from './processes/program.ts'
import { typescriptLoader } from '../testing/typescript.ts'
import { startEmbeddedRedis } from './redis.ts'

/** The time limit for asynchronous effects on a busy machine. */
const soon = { timeout: 60_000 }

const installed = (await findProgram('redis-server')) ?? (await findProgram('valkey-server'))
const implementations =
  installed === undefined ? ['webassembly' as const] : ['webassembly' as const, 'installed-first' as const]

describe.each(implementations)('an embedded Redis (%s)', (implementation) => {
  const lines: string[] = []
  let service: EmbeddedService
  let redis: Redis

  const start = () => startEmbeddedRedis({ implementation, log: (line) => lines.push(line) })

  beforeAll(async () => {
    service = await start()
    redis = new Redis(service.url)
  })

  afterAll(async () => {
    redis.disconnect()
    await service[Symbol.asyncDispose]()
  })

  test('answers a pipeline of ten thousand commands in order', async () => {
    const pipeline = redis.pipeline()
    for (let i = 0; i < 10_000; i++) pipeline.incr('pipeline')
    const replies = await pipeline.exec()
    expect(replies?.map(([, value]) => value)).toEqual(Array.from({ length: 10_000 }, (_, i) => i + 1))
  })

  test('returns large values as they were given', async () => {
    const value = 'video'.repeat(1_000_000)
    await redis.set('large', value)
    expect((await redis.get('large')) === value).toBe(true)
    await redis.del('large')
  })

  test('runs Lua scripts and reports their errors', async () => {
    const script = `redis.call('set', KEYS[1], ARGV[1]) return { redis.call('get', KEYS[1]), #ARGV, pcall(error, 'caught') }`
    expect(await redis.eval(script, 1, 'lua', 'x')).toEqual(['x', 1, null, 'caught'])
    await expect(redis.eval(`error('refused')`, 0)).rejects.toThrow('refused')
    expect(await redis.ping()).toBe('PONG')
  })

  test('delivers published messages in order', async () => {
    const subscriber = new Redis(service.url)
    const received: string[] = []
    subscriber.on('message', (_channel, message) => received.push(message))
    await subscriber.subscribe('news')
    const messages = Array.from({ length: 1000 }, (_, i) => `message ${i}`)
    const counts = await Promise.all(messages.map((message) => redis.publish('news', message)))
    expect(new Set(counts)).toEqual(new Set([1]))
    await expect.poll(() => received.length, soon).toBe(1000)
    expect(received).toEqual(messages)
    subscriber.disconnect()
  })

  test('passes each stream entry to one consumer of a group', async () => {
    await redis.xgroup('CREATE', 'stream', 'workers', '$', 'MKSTREAM')
    for (const n of [1, 2, 3]) await redis.xadd('stream', '*', 'n', n)
    const take = (consumer: string) =>
      redis.xreadgroup('GROUP', 'workers', consumer, 'COUNT', 2, 'STREAMS', 'stream', '>') as Promise<
        [string, [string, string[]][]][]
      >
    const taken = [await take('first'), await take('second')].map((reply) => reply[0]?.[1].map(([, [, n]]) => n))
    expect(taken).toEqual([['1', '2'], ['3']])
  })

  test('wakes a blocked client when another one pushes, and at its timeout', async () => {
    const blocked = new Redis(service.url)
    const popped = blocked.blpop('queue', 10)
    await expect.poll(async () => /blocked_clients:(\d+)/.exec(await redis.info('clients'))?.[1], soon).toBe('1')
    await redis.rpush('queue', 'job')
    expect(await popped).toEqual(['queue', 'job'])
    expect(await blocked.blpop('queue', 0.05)).toBeNull()
    blocked.disconnect()
  })

  test('forgets a key when its time is over, though nobody asks for it', async () => {
    await redis.set('short-lived', 'x', 'PX', 50)
    const expired = async () => Number(/expired_keys:(\d+)/.exec(await redis.info('stats'))?.[1])
    await expect.poll(expired, soon).toBe(1)
  })

  test('serves five hundred clients that come and go without keeping any', async () => {
    for (let round = 0; round < 10; round++) {
      const clients = Array.from({ length: 50 }, () => new Redis(service.url))
      await Promise.all(clients.map((client, i) => client.set(`client:${i}`, round)))
      for (const client of clients) client.disconnect()
    }
    await expect.poll(async () => /connected_clients:(\d+)/.exec(await redis.info('clients'))?.[1], soon).toBe('1')
    // Reused descriptors stay close to the first ones; without reuse they would be five hundred apart.
    const latecomer = new Redis(service.url)
    await latecomer.ping()
    const clients = (await redis.client('LIST')) as string
    const descriptors = [...clients.matchAll(/ fd=(\d+)/g)].map((match) => Number(match[1]))
    expect(descriptors).toHaveLength(2)
    expect(Math.max(...descriptors) - Math.min(...descriptors)).toBeLessThan(300)
    latecomer.disconnect()
  })

  test('sends everything to a client that is slow to read', async () => {
    const value = 'x'.repeat(1_000_000)
    await redis.set('large', value)
    const { port, password } = new URL(service.url)
    const slow = connect(Number(port), '127.0.0.1').pause()
    slow.write(`AUTH ${password}\r\n${'GET large\r\n'.repeat(40)}QUIT\r\n`)
    await expect.poll(async () => (await redis.client('LIST')) as string, soon).toMatch(/ o(ll|mem)=[1-9]/)
    expect((await buffer(slow)).length).toBe('+OK\r\n'.length * 2 + 40 * `$1000000\r\n${value}\r\n`.length)
    await redis.del('large')
  })

  test('cuts off a subscriber that never reads instead of keeping everything for it', async () => {
    const { port, password } = new URL(service.url)
    const deaf = connect(Number(port), '127.0.0.1').pause()
    deaf.on('error', () => undefined)
    deaf.write(`AUTH ${password}\r\nSUBSCRIBE flood\r\n`)
    await expect.poll(() => redis.pubsub('NUMSUB', 'flood'), soon).toEqual(['flood', 1])
    const message = 'x'.repeat(10_000)
    await Promise.all(Array.from({ length: 6000 }, () => redis.publish('flood', message)))
    await expect.poll(() => redis.pubsub('NUMSUB', 'flood'), soon).toEqual(['flood', 0])
    deaf.destroy()
  })

  test('drops old values to make room for new ones', async () => {
    const value = 'x'.repeat(1_000_000)
    const keys = Array.from({ length: 100 }, (_, i) => `filler:${i}`)
    for (const key of keys) expect(await redis.set(key, value)).toBe('OK')
    const kept = await redis.exists(...keys)
    expect(kept).toBeGreaterThan(50)
    expect(kept).toBeLessThan(68)
    await redis.flushall()
  })

  test('refuses those who do not know its password', async () => {
    const stranger = connect(Number(new URL(service.url).port), '127.0.0.1')
    stranger.write('GET x\r\nAUTH guess\r\nQUIT\r\n')
    expect(await text(stranger)).toMatch(/^-NOAUTH .*\r\n-WRONGPASS /)
  })

  test('says which port is taken', async () => {
    const port = Number(new URL(service.url).port)
    await expect(startEmbeddedRedis({ implementation, port, log: () => undefined })).rejects.toThrow(
      new RegExp(`could not start on port ${port}: .*address already in use`, 'i'),
    )
  })

  test('says when it dies, and serves again at the same address', async () => {
    await using other = await start()
    const client = new Redis(other.url, { retryStrategy: () => 50, maxRetriesPerRequest: null })
    client.on('error', () => undefined)
    const killer = new Redis(other.url, { retryStrategy: () => null })
    killer.on('error', () => undefined)
    const deaths = lines.length
    await killer.shutdown('NOSAVE').catch(() => undefined)
    await expect.poll(() => lines.slice(deaths), soon).toContainEqual(expect.stringContaining('is being restarted'))
    expect(await client.ping()).toBe('PONG')
    client.disconnect()
  })

  test('ends with its owner, even in the middle of an endless script', async () => {
    const { owner, url } = await startOwner(implementation)
    const client = new Redis(url, { retryStrategy: () => null })
    client.on('error', () => undefined)
    await client.ping()
    // Not `once`, which rejects on an error, and the connection may end with one.
    const closed = new Promise((resolve) => client.once('end', resolve))
    void client.eval('while true do end', 0).catch(() => undefined)
    const killed = once(owner, 'exit')
    owner.kill('SIGKILL')
    expect(await killed).toEqual([null, 'SIGKILL'])
    await closed
  })
})

/** A process that starts the server and then stays alive. */
async function startOwner(implementation: string): Promise<{ owner: ChildProcess; url: string }> {
  const program = `
    import { startEmbeddedRedis } from ${JSON.stringify(new URL('./redis.ts', import.meta.url).href)}
    const service = await startEmbeddedRedis({ implementation: process.argv[1], log: () => undefined })
    process.send(service.url)`
  const owner = spawn(
    process.execPath,
    [...typescriptLoader, '--input-type=module', '--eval', program, implementation],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  )
  const [url] = (await once(owner, 'message')) as [string]
  return { owner, url }
}
