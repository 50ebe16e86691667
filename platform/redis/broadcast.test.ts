import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { EmbeddedService } from '../../embedded/embedded-service.ts'
import { startEmbeddedRedis } from '../../embedded/redis.ts'
import { openFaultyProxy, type FaultyProxy } from '../../testing/faulty-proxy.ts'
import { openBroadcast, type Broadcast } from './broadcast.ts'
import { createLogger } from '../runtime/logger.ts'
import { openRedis } from './client.ts'

const log = createLogger('silent', 'test')
const patience = { timeout: 60_000, interval: 5 }

// A separate server, so that other tests do not notice that its connections are killed.
let server: EmbeddedService
let proxy: FaultyProxy
let prefix: string
const opened: Disposable[] = []

beforeAll(async () => {
  server = await startEmbeddedRedis({ log: () => undefined })
  proxy = await openFaultyProxy(server.url)
})

afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

beforeEach(() => {
  prefix = `${randomBytes(6).toString('hex')}:`
})

afterEach(async () => {
  for (const broadcast of opened.splice(0)) broadcast[Symbol.dispose]()
  await vi.waitFor(() => expect(proxy.connections).toBe(0), patience)
})

it('reaches the listeners of its own process before publish returns, and only once', async () => {
  const [alpha, beta] = await connected(open(), open())
  const [heard, elsewhere] = [listenTo(alpha, 'weather'), listenTo(beta, 'weather')]

  alpha.publish('weather', { sky: 'blue' })

  expect(heard).toEqual([{ sky: 'blue' }])
  await vi.waitFor(() => expect(elsewhere).toEqual([{ sky: 'blue' }]), patience)
  beta.publish('weather', 'after')
  await vi.waitFor(() => expect(heard).toEqual([{ sky: 'blue' }, 'after']), patience)
})

it('reaches every listener of the topic and none of another, in the order of sending', async () => {
  const [alpha, beta] = await connected(open(), open())
  const [first, second, other] = [listenTo(beta, 'weather'), listenTo(beta, 'weather'), listenTo(beta, 'traffic')]

  for (let value = 0; value < 100; value++) alpha.publish('weather', value)

  const all = Array.from({ length: 100 }, (_, value) => value)
  await vi.waitFor(() => expect([first, second, other]).toEqual([all, all, []]), patience)
})

it('keeps systems with different prefixes apart', async () => {
  const [ours, theirs, alsoTheirs] = await connected(open('ours:'), open('theirs:'), open('theirs:'))
  const [heard, elsewhere] = [listenTo(ours, 'weather'), listenTo(alsoTheirs, 'weather')]

  theirs.publish('weather', 'rain')

  await vi.waitFor(() => expect(elsewhere).toEqual(['rain']), patience)
  expect(heard).toEqual([])
})

it('tells of a gap when its connection is killed, and hears again afterwards', async () => {
  const [alpha, beta] = await connected(open(), open())
  const heard = listenTo(beta, 'weather')
  const gaps: boolean[] = []
  beta.onGap(() => gaps.push(beta.isConnected))

  const operator = openRedis(server.url, '', log)
  await vi.waitFor(() => operator.ping(), patience)
  // Only once, even if the answer is late: a second kill would be a second gap.
  await operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub').catch(() => undefined)
  operator.disconnect()

  await vi.waitFor(() => expect(gaps).toEqual([false, true]), patience)
  alpha.publish('weather', 'sun')
  await vi.waitFor(() => expect(heard).toEqual(['sun']), patience)
})

it('is disconnected but fails nobody while Redis is away, and goes on when it is back', async () => {
  const [alpha, beta] = await connected(open(), open())
  const [heard, elsewhere] = [listenTo(alpha, 'weather'), listenTo(beta, 'weather')]

  await proxy.shut()
  await vi.waitFor(() => expect([alpha.isConnected, beta.isConnected]).toEqual([false, false]), patience)
  alpha.publish('weather', 'lost')
  expect(heard).toEqual(['lost'])

  await proxy.open()
  await vi.waitFor(() => {
    alpha.publish('weather', 'found')
    expect(elsewhere).toContain('found')
  }, patience)
  expect(elsewhere).not.toContain('lost')
})

it('starts while Redis is away', async () => {
  await proxy.shut()
  const broadcast = open()
  broadcast.publish('weather', 'lost')
  expect(broadcast.isConnected).toBe(false)

  await proxy.open()
  await connected(broadcast)
})

it('notices a connection that died without a word', async () => {
  const [alpha] = await connected(open())
  const gaps: boolean[] = []
  alpha.onGap(() => gaps.push(alpha.isConnected))

  proxy.freeze()
  await vi.waitFor(() => expect(gaps.at(0)).toBe(false), patience)

  await proxy.shut()
  await proxy.open()
  await vi.waitFor(() => expect(gaps.at(-1)).toBe(true), patience)
})

it('never throws at the publisher, whatever the value and the listeners are', async () => {
  const [alpha, beta] = await connected(open(), open())
  alpha.listen('weather', () => {
    throw new Error('a listener with a fault')
  })
  const [heard, elsewhere] = [listenTo(alpha, 'weather'), listenTo(beta, 'weather')]

  alpha.publish('weather', 1n)
  alpha.publish('weather', undefined)
  alpha.publish('weather', 'wind')

  expect(heard).toEqual([1n, undefined, 'wind'])
  await vi.waitFor(() => expect(elsewhere).toEqual([undefined, 'wind']), patience)
})

it('ignores what it cannot read', async () => {
  const [alpha, beta] = await connected(open(), open())
  const heard = listenTo(beta, 'weather')
  const stranger = openRedis(server.url, '', log)
  for (const text of [
    '{',
    'null',
    '7',
    '[]',
    '{}',
    '{"sender":1,"topic":"weather"}',
    '{"topic":"weather","value":1}',
  ]) {
    await vi.waitFor(async () => expect(await stranger.publish(`${prefix}broadcast`, text)).toBe(2), patience)
  }
  stranger.disconnect()

  alpha.publish('weather', 'fog')

  await vi.waitFor(() => expect(heard).toEqual(['fog']), patience)
})

it('closes its sockets and makes no others once disposed', async () => {
  const [alpha, beta, gamma] = await connected(open(), open(), open())
  alpha[Symbol.dispose]()
  expect(alpha.isConnected).toBe(false)
  await vi.waitFor(() => expect(proxy.connections).toBe(4), patience)

  await proxy.shut()
  await vi.waitFor(() => expect([beta.isConnected, gamma.isConnected]).toEqual([false, false]), patience)
  beta[Symbol.dispose]()
  await proxy.open()

  // Gamma reconnects at the same intervals as the disposed ones would have.
  await connected(gamma)
  expect(proxy.connections).toBe(2)
})

/** What one process of a system opens. */
function open(system = ''): Broadcast {
  const broadcast = openBroadcast(proxy.url, `${prefix}${system}`, log)
  opened.push(broadcast)
  return broadcast
}

async function connected<Broadcasts extends Broadcast[]>(...broadcasts: Broadcasts): Promise<Broadcasts> {
  await vi.waitFor(() => {
    for (const broadcast of broadcasts) expect(broadcast.isConnected).toBe(true)
    expect(proxy.connections).toBeGreaterThanOrEqual(broadcasts.length * 2)
  }, patience)
  return broadcasts
}

function listenTo(broadcast: Broadcast, topic: string): unknown[] {
  const heard: unknown[] = []
  broadcast.listen(topic, (value) => heard.push(value))
  return heard
}
