import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { EmbeddedService } from '../../embedded/embedded-service.ts'
import { startEmbeddedRedis } from '../../embedded/redis.ts'
import { createLogger } from '../runtime/logger.ts'
import { openRedis, type Redis } from './client.ts'

const log = createLogger('silent', 'test')

describe('a connection to Redis', () => {
  it('keeps the keys of systems with different prefixes apart', async () => {
    const { redisUrl } = inject('services')
    const [ours, theirs] = ['ours:', 'theirs:'].map((name) => {
      return openRedis(redisUrl, `${randomBytes(6).toString('hex')}:${name}`, log)
    }) as [Redis, Redis]
    await vi.waitFor(() => expect([ours.status, theirs.status]).toEqual(['ready', 'ready']), { timeout: 60_000 })

    await ours.set('greeting', 'hello')

    expect([await ours.get('greeting'), await theirs.get('greeting')]).toEqual(['hello', null])
    ours.disconnect()
    theirs.disconnect()
  })
})

describe('a Redis that fails', () => {
  let server: EmbeddedService
  let redis: Redis

  beforeAll(async () => {
    server = await startEmbeddedRedis({ log: () => undefined })
    redis = openRedis(server.url, '', log)
  })

  afterAll(() => redis.disconnect())

  it('costs a command at most a tenth of a second when it hangs, and nothing once it was silent for long', async () => {
    await vi.waitFor(() => redis.set('greeting', 'hello'), { timeout: 60_000 })
    await redis.client('PAUSE', 4_000, 'ALL')

    expect(redis.options.commandTimeout).toBe(100)
    await expect(redis.get('greeting')).rejects.toThrow('timed out')

    await vi.waitFor(() => expect(redis.get('greeting')).rejects.toThrow("isn't writeable"), { timeout: 60_000 })
  })

  it('serves again as soon as it answers', async () => {
    const answer = await vi.waitFor(() => redis.get('greeting'), { timeout: 60_000 })
    expect(answer).toBe('hello')
  })

  it('fails commands at once while it is away', async () => {
    await server[Symbol.asyncDispose]()

    await vi.waitFor(() => expect(redis.get('greeting')).rejects.toThrow("isn't writeable"), { timeout: 60_000 })
  })
})
