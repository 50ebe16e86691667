import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startEmbeddedRedis } from '../embedded/redis.ts'
import { readEnvironment } from '../platform/runtime/environment.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { startAllInOne, type AllInOne } from '../start/all-in-one.ts'
import { ask, register, type Person } from '../start/people.ts'
import { Stack } from '../start/running.ts'
import { createTestDatabase } from './database.ts'
import { serviceSettings } from './network.ts'

/** Two systems on one database and a Redis of their own, like two processes. */
const stack = new Stack()
let redis: Awaited<ReturnType<typeof startEmbeddedRedis>>
let here: AllInOne
let there: AllInOne

beforeAll(async () => {
  const database = stack.use(await createTestDatabase())
  const dataDir = await mkdtemp(join(tmpdir(), 'short-video-sessions-'))
  stack.use({ [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }) })
  redis = stack.use(await startEmbeddedRedis({ log: () => undefined }))
  const settings = { ...serviceSettings(database.url), DATA_DIR: dataDir, REDIS_URL: redis.url, SEED: 'false' }
  const start = async (): Promise<AllInOne> =>
    stack.use(
      await startAllInOne({
        environment: readEnvironment(settings),
        log: createLogger('silent', 'test'),
        print: () => undefined,
      }),
    )
  here = await start()
  there = await start()
})

afterAll(() => stack[Symbol.asyncDispose]())

const viewer = '{ viewer { id } }'
const logout = 'mutation { logout { sessionId } }'

/** Whether both servers of a system accept a token. */
async function letsIn(system: AllInOne, token: string): Promise<boolean> {
  const graph = await ask(system, viewer, {}, token).then(
    () => true,
    () => false,
  )
  const response = await fetch(`${system.restUrl}/douyin/user/?token=${encodeURIComponent(token)}`)
  const { status_code: statusCode } = (await response.json()) as { status_code: number }
  expect(statusCode).toBe(graph ? 0 : 401)
  return graph
}

/** Waits until a system no longer accepts a user's token. */
async function endsOn(system: AllInOne, { token }: Person): Promise<void> {
  await vi.waitFor(async () => expect(await letsIn(system, token)).toBe(false), { timeout: 60_000 })
}

/** A new user known to both systems. */
async function enters(name: string): Promise<Person> {
  const person = await register(here, name, 'password')
  expect(await letsIn(here, person.token)).toBe(true)
  expect(await letsIn(there, person.token)).toBe(true)
  return person
}

it('a session that ends on one process ends on every other', async () => {
  const alice = await enters('alice')
  await alice.asks(logout)
  expect(await letsIn(here, alice.token)).toBe(false)
  await endsOn(there, alice)
})

it('a flush of Redis brings no session back and ends none', async () => {
  const [bob, carol] = [await enters('bob'), await enters('carol')]
  await bob.asks(logout)
  await endsOn(there, bob)

  const client = new Redis(redis.url)
  await client.flushall()
  client.disconnect()

  for (const system of [here, there]) {
    expect(await letsIn(system, bob.token)).toBe(false)
    expect(await letsIn(system, carol.token)).toBe(true)
  }
})

// The last test, because Redis does not come back.
it('a session that ends while Redis is away ends on every process', async () => {
  const dave = await enters('dave')
  await redis[Symbol.asyncDispose]()

  await dave.asks(logout)

  for (const system of [here, there]) await endsOn(system, dave)
})
