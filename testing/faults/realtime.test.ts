import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, inject, it, vi } from 'vitest'
import { isRunning } from '../../embedded/processes/identity.ts'
import { register, type ServerUrls, type Person } from '../../start/people.ts'
import { Stack } from '../../start/running.ts'
import { startCluster } from '../cluster.ts'
import { createTestDatabase } from '../database.ts'
import { openFaultyProxy } from '../faulty-proxy.ts'
import { goLive, type Live } from '../live.ts'
import { bootNetwork, serviceSettings } from '../network.ts'
import { patience } from '../waiting.ts'

/** Within which everything arrives once what was away is back; beside it the test leaves a busy machine its time. */
const soonMs = 5_000

/** After which a client gives up an attempt to send or to connect. */
const unansweredMs = 10_000
/** The pause of a client before it connects again, in milliseconds. */
const retryMs = 100

const contents = ({ events }: Pick<Live, 'events'>): unknown[] => events.map(({ message }) => message?.content)

async function sends(alice: Person, bob: Person, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++) await alice.says(bob, `${number}`)
}

const numbers = (to: number): string[] => Array.from({ length: to }, (_, number) => `${number}`)

it('brings every message once to a socket that stays open while Redis is away', { timeout: 120_000 }, async () => {
  await using stack = new Stack()
  const redis = stack.use(await openFaultyProxy(inject('services').redisUrl))
  const network = stack.use(await bootNetwork({ settings: { REDIS_URL: redis.url } }))
  const [alice, bob] = [await network.person('alice'), await network.person('bob')]
  const live = stack.use(await goLive(network, bob))
  live.subscribes()
  await sends(alice, bob, 0, 5)
  await live.hears('4')
  await redis.shut()
  const until = performance.now() + 10_000
  let sent = 5
  for (; performance.now() < until; sent++) {
    await alice.says(bob, `${sent}`)
    await delay(200)
  }
  // It does not even wait for Redis.
  await live.hears(`${sent - 1}`, soonMs)
  await redis.open()
  await sends(alice, bob, sent, sent + 5)
  await live.hears(`${sent + 4}`, soonMs)
  expect(contents(live)).toEqual(numbers(sent + 5))
  expect(new Set(live.events.map(({ id }) => id)).size).toBe(sent + 5)
})

it('brings every message once to a socket that stays open while Postgres is away', { timeout: 120_000 }, async () => {
  await using stack = new Stack()
  const secrets = {
    REDIS_PREFIX: `${randomBytes(6).toString('hex')}:`,
    ACCESS_TOKEN_SECRETS: `k1:${randomBytes(32).toString('base64url')}`,
    CALLER_SECRET: randomBytes(32).toString('base64url'),
  }
  // Through the one network things happen that the other misses.
  const network = stack.use(await bootNetwork({ settings: secrets }))
  const postgres = stack.use(await openFaultyProxy(network.databaseUrl))
  const other = stack.use(await bootNetwork({ settings: { ...secrets, DATABASE_URL: postgres.url } }))
  const [alice, bob] = [await network.person('alice'), await network.person('bob')]
  const live = stack.use(await goLive(other, bob))
  live.subscribes()
  await sends(alice, bob, 0, 3)
  await live.hears('2')
  await postgres.shut()
  await sends(alice, bob, 3, 6)
  await delay(3_000)
  expect(contents(live)).toEqual(numbers(3))
  await postgres.open()
  await live.hears('5', soonMs)
  await sends(alice, bob, 6, 8)
  await live.hears('7')
  expect(contents(live)).toEqual(numbers(8))
})

it('misses nothing across the processes that are killed below its socket', { timeout: 240_000 }, async () => {
  await using stack = new Stack()
  const database = stack.use(await createTestDatabase())
  const dataDir = await mkdtemp(join(tmpdir(), 'short-video-realtime-'))
  stack.use({ [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }) })
  const cluster = stack.use(await startCluster({ ...serviceSettings(database.url), DATA_DIR: dataDir }))
  const [alice, bob] = [await register(cluster, 'alice', 'password'), await register(cluster, 'bob', 'password')]
  // One socket at least is in each process, whichever is killed.
  const followers = await Promise.all(Array.from({ length: 6 }, () => followsOn(cluster, bob)))
  for (const follower of followers) stack.use(follower)
  let sent = 0
  for (let kill = 0; kill < 3; kill++) {
    for (const end = sent + 10; sent < end;) if (await isSent(alice, bob, sent)) sent++
    const victim = cluster.pids().filter(isRunning)[kill % 2]
    if (victim !== undefined) process.kill(victim, 'SIGKILL')
    for (const end = sent + 10; sent < end;) if (await isSent(alice, bob, sent)) sent++
  }
  for (const follower of followers) {
    await vi.waitUntil(() => follower.seen().has(`${sent - 1}`), patience)
    expect([...follower.seen()].filter((content) => /^\d+$/.test(content))).toEqual(numbers(sent))
  }
  // Both processes had sockets to lose.
  expect(followers.some((follower) => follower.connections() > 1)).toBe(true)
})

/**
 * Whether a message was acknowledged; one that was not may have been sent all the same, and is sent again. A connection that was
 * on its way to a process when that was killed is never answered: Node's cluster keeps it open.
 */
async function isSent(alice: Person, bob: Person, number: number): Promise<boolean> {
  const acknowledged = alice.says(bob, `${number}`).then(
    () => true,
    () => false,
  )
  return Promise.race([acknowledged, delay(unansweredMs, false, { ref: false })])
}

/** A client that connects again whenever its socket is closed, and goes on behind what it saw last. */
async function followsOn(doors: ServerUrls, person: Person) {
  /** The contents that were seen, by the ids of their events, in order. */
  const seen = new Map<string, string>()
  let cursor: string | null = null
  let connections = 0
  let isOver = false
  let live = await connect()

  async function connect(): Promise<Live> {
    for (;;) {
      const next = await goLive(doors, person, { handshakeMs: unansweredMs })
      if (next.acknowledged.cursor !== '') {
        connections++
        cursor ??= next.acknowledged.cursor
        next.subscribes(cursor)
        return next
      }
      // It would connect once more by itself when it subscribes, and then count as one of the user's ten.
      await next[Symbol.asyncDispose]()
      await delay(retryMs)
    }
  }

  function read(): void {
    for (const event of live.events) {
      if (event.message) seen.set(event.id, event.message.content)
      cursor = event.cursor
    }
  }

  async function keepConnected(): Promise<void> {
    for (;;) {
      await live.closed
      if (isOver) return
      read()
      await live[Symbol.asyncDispose]()
      live = await connect()
    }
  }

  void keepConnected().catch(() => undefined)
  return {
    seen() {
      read()
      return new Set(seen.values())
    },
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      isOver = true
      await live[Symbol.asyncDispose]()
    },
  }
}
