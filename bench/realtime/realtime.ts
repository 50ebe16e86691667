import { setTimeout as delay } from 'node:timers/promises'
import type { ServerUrls } from '../../start/people.ts'
import { dataSetOf } from '../data-set.ts'
import { createLatencies, type Percentiles } from '../load/latencies.ts'
import { runOpenLoop } from '../load/open-loop.ts'
import { call } from '../load/request.ts'
import { circumstances, type Circumstances } from '../machine.ts'
import type { Options } from '../options.ts'
import { prepare } from '../prepare.ts'
import { monotonicMicroseconds, profilingInto, type Span } from '../profile/cpu-profile.ts'
import { describeProfiles, profileFolder } from '../profile/profiles.ts'
import type { World } from '../routes/world.ts'
import { startAllInOne } from '../system/topologies.ts'
import { systemCpu } from '../table.ts'
import { watchUsage, type Cost } from '../system/usage.ts'
import { openSockets } from './sockets.ts'

/** What sockets cost that are open and receive nothing. */
export interface Idle {
  readonly sockets: number
  readonly secondsToOpen: number
  /** By how much the server grew, in MB. */
  readonly megabytes: number
  /** The server alone, in percent of a core: without sockets, and with them. */
  readonly percentBefore: number
  readonly percent: number
}

/** What became of messages that were sent at a fixed rate. */
export interface Delivery {
  readonly route: string
  readonly messages: number
  readonly perSecond: number
  readonly socketsPerUser: number
  readonly expected: number
  readonly received: number
  readonly repeated: number
  readonly gaps: number
  readonly errors: number
  /** From when a message was due to be sent until a socket received it, in milliseconds. */
  readonly latency: Percentiles
  /** Milliseconds of CPU per message, by group of processes. */
  readonly cpu: Readonly<Record<string, number>>
  readonly othersCores: number
  /** When it was measured. */
  readonly span: Span
}

export interface Realtime extends Circumstances {
  readonly idle: Idle
  readonly deliveries: readonly Delivery[]
  /** Milliseconds of CPU of the system per message for each further socket of its recipient. */
  readonly perFurtherSocket: number
}

export interface RealtimeOptions extends Pick<
  Options,
  'seconds' | 'warmUpSeconds' | 'connections' | 'profile' | 'sockets' | 'events'
> {
  readonly commandLine: readonly string[]
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

/** Half of the viewers have sockets, and the others write to them. */
const readers = 500
const socketsPerReader = 10
/** For how long nothing happens before a measurement. */
const settleMs = 5_000
/** For how long messages may be on their way when the last one was sent. */
const patienceMs = 30_000
const idleSeconds = 20

/** Opens sockets on a system of its own, sends messages to them, and counts what arrives. */
export async function measureRealtime(options: RealtimeOptions): Promise<Realtime> {
  const { print, signal, profile, sockets, events, seconds, warmUpSeconds } = options
  await using prepared = await prepare({ dataSet: dataSetOf(1_000), print, signal })
  const profiles = profile ? await profileFolder('realtime') : null
  const deliveries: Delivery[] = []
  let idle: Idle | undefined
  {
    await using urls = await startAllInOne({
      ...prepared.settings,
      PEOPLE_PER_ADDRESS: '0',
      ...(profiles !== null && profilingInto(profiles)),
    })
    const deliver = deliveryOf(urls, prepared.world, options)
    // Warms up the server, so that what it grows by afterwards is for sockets.
    await deliver({ route: 'warm-up', perSecond: 500, messages: 500 * warmUpSeconds, socketsPerUser: 1 })
    idle = await measureIdle(urls, prepared.world, options)
    print(`${sockets} idle sockets: ${idle.megabytes.toFixed(0)} MB, ${idle.percent.toFixed(1)} % of a core`)
    const tries = [
      { route: 'one socket each', perSecond: 500, messages: 500 * seconds, socketsPerUser: 1 },
      { route: 'one socket each, slowly', perSecond: 100, messages: 100 * seconds, socketsPerUser: 1 },
      { route: 'ten sockets each, slowly', perSecond: 100, messages: 100 * seconds, socketsPerUser: 10 },
      { route: 'many events', perSecond: 300, messages: Math.ceil(events / 10), socketsPerUser: 10 },
    ]
    for (const each of tries) {
      signal.throwIfAborted()
      await delay(settleMs, undefined, { signal })
      const delivery = await deliver(each)
      deliveries.push(delivery)
      print(
        `${each.route}: ${delivery.received} of ${delivery.expected} delivered, p99 ${delivery.latency.p99.toFixed(0)} ms, ` +
          `CPU per message ${systemCpu(delivery.cpu).toFixed(2)} ms`,
      )
    }
  }
  // A process writes its profile when it ends.
  if (profiles !== null) for (const line of await describeProfiles(profiles, deliveries)) print(line)
  const cpuOf = (route: string): number => systemCpu(deliveries.find(({ route: of }) => of === route)?.cpu ?? {})
  return {
    ...circumstances(options.commandLine),
    idle,
    deliveries,
    perFurtherSocket: (cpuOf('ten sockets each, slowly') - cpuOf('one socket each, slowly')) / (socketsPerReader - 1),
  }
}

async function measureIdle(urls: ServerUrls, world: World, { sockets, signal }: RealtimeOptions): Promise<Idle> {
  const watch = async (): Promise<Cost> => {
    const usage = watchUsage()
    await delay(idleSeconds * 1_000, undefined, { signal })
    return usage.stop()
  }
  const percent = ({ cpu }: Cost): number => (cpu['server'] ?? 0) / (idleSeconds * 10_000)
  const memory = (cost: Cost): number => cost.memory['server']?.min ?? 0
  await delay(settleMs, undefined, { signal })
  const before = await watch()
  const began = performance.now()
  const tokens = Array.from({ length: sockets }, (_, index) => world.token(index % readers))
  await using opened = await openSockets({ ...urls, tokens, onEvent: () => undefined, signal })
  const secondsToOpen = (performance.now() - began) / 1_000
  await delay(settleMs, undefined, { signal })
  const after = await watch()
  if (opened.closedByServer() > 0) throw new Error(`${opened.closedByServer()} idle sockets were closed`)
  return {
    sockets,
    secondsToOpen,
    megabytes: memory(after) - memory(before),
    percentBefore: percent(before),
    percent: percent(after),
  }
}

type Load = Pick<Delivery, 'route' | 'perSecond' | 'messages' | 'socketsPerUser'>

function deliveryOf(urls: ServerUrls, world: World, { connections, signal }: RealtimeOptions) {
  let numbered = 0

  return async (load: Load): Promise<Delivery> => {
    const { messages, perSecond, socketsPerUser } = load
    const first = numbered
    numbered += messages
    const dueAt = new Float64Array(messages)
    const seen = new Uint8Array(messages * socketsPerUser)
    const latencies = createLatencies()
    let received = 0
    let repeated = 0
    let gaps = 0
    const tokens = Array.from({ length: readers * socketsPerUser }, (_, index) => world.token(index % readers))
    await using opened = await openSockets({
      ...urls,
      tokens,
      signal,
      onEvent({ socket, type, content }) {
        if (type === 'Gap') gaps++
        if (type !== 'MessageReceived') return
        const number = Number(content) - first
        const place = number * socketsPerUser + Math.floor(socket / readers)
        if (seen[place] === 1) repeated++
        else received++
        seen[place] = 1
        latencies.add(performance.now() - (dueAt[number] ?? 0))
      },
    })
    const from = monotonicMicroseconds()
    const usage = watchUsage()
    let next = 0
    const result = await runOpenLoop({
      url: new URL(urls.restUrl),
      connections,
      seconds: messages / perSecond,
      rate: perSecond,
      signal,
      next() {
        const number = next++
        dueAt[number] = performance.now()
        const from = world.token(readers + (number % readers))
        const to = world.viewer((number * 7) % readers)
        const query = `to_user_id=${to}&action_type=1&content=${first + number}&token=${from}`
        return call('message', 'POST', `/douyin/message/action/?${query}`)
      },
    })
    const expected = messages * socketsPerUser
    for (const until = performance.now() + patienceMs; received < expected && performance.now() < until;) {
      await delay(50, undefined, { signal })
    }
    const { cpu, othersCores } = usage.stop()
    if (opened.closedByServer() > 0) throw new Error(`${opened.closedByServer()} sockets were closed`)
    return {
      ...load,
      ...{ expected, received, repeated, gaps },
      errors: result.errors,
      latency: latencies.percentiles(),
      cpu: Object.fromEntries(Object.entries(cpu).map(([group, time]) => [group, time / 1_000 / messages])),
      othersCores,
      span: { from, to: monotonicMicroseconds() },
    }
  }
}
