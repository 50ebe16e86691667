import { randomBytes } from 'node:crypto'
import { expect, inject, it, vi } from 'vitest'
import { openRedis } from '../../platform/redis/client.ts'
import { openSharedCounts } from '../../platform/redis/shared-counts.ts'
import { createLogger } from '../../platform/runtime/logger.ts'
import { Stack } from '../../start/running.ts'
import { patience } from '../../testing/waiting.ts'
import { connectionsPerUser, createConnectionLimits } from './connection-limits.ts'

it('lets a user have ten connections over all processes together', async () => {
  await using stack = new Stack()
  const prefix = `${randomBytes(6).toString('hex')}:`
  const aProcess = async () => {
    const redis = openRedis(inject('services').redisUrl, prefix, createLogger('silent', 'test'))
    stack.use({ [Symbol.dispose]: () => redis.disconnect() })
    await vi.waitUntil(() => redis.status === 'ready', patience)
    return createConnectionLimits(1, stack.use(openSharedCounts(redis, 'connections')))
  }
  const [here, there] = [await aProcess(), await aProcess()]
  const places = []
  // Each knows of the other as soon as both are registered.
  ;(await here.enterUser('carol'))?.[Symbol.dispose]()
  for (let count = 0; count < connectionsPerUser; count++) {
    places.push(await (count % 2 === 0 ? here : there).enterUser('alice'))
  }
  expect(places).not.toContain(null)
  expect([await here.enterUser('alice'), await there.enterUser('alice')]).toEqual([null, null])
  expect(await there.enterUser('bob')).not.toBeNull()
  places[0]?.[Symbol.dispose]()
  await expect.poll(() => there.enterUser('alice'), patience).not.toBeNull()
  expect(await here.enterUser('alice')).toBeNull()
})
