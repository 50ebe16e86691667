import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Logger } from '../runtime/logger.ts'
import { openRedis } from './client.ts'

/**
 * Tells every process of the system what just changed, over Redis pub/sub. A message can be lost: whoever caches on the
 * strength of it also needs an expiry, and forgets everything in `onGap`.
 */
export interface Broadcast extends Disposable {
  /**
   * Sends a JSON value to every listener of the topic: to those of this process before it returns, to others soon.
   * Never fails, never waits.
   */
  publish(topic: string, value: unknown): void
  /** Calls the listener for each value of the topic, from whichever process. */
  listen(topic: string, listener: (value: unknown) => void): void
  /** Calls the listener whenever values of other processes may have been missed. */
  onGap(listener: () => void): void
  /** Whether values of other processes arrive at present, as far as is known. */
  readonly isConnected: boolean
}

const heartbeatMs = 2_000

const envelope = z.object({ sender: z.string(), topic: z.string(), value: z.unknown().optional() })

/** Opens a broadcast on two connections of its own; topics share the prefix of the system's Redis keys. */
export function openBroadcast(url: string, prefix: string, log: Logger): Broadcast {
  const publisher = openRedis(url, '', log)
  const subscriber = openRedis(url, '', log)
  const channel = `${prefix}broadcast`
  const sender = randomUUID()
  const listeners = new Map<string, ((value: unknown) => void)[]>()
  const gapListeners: (() => void)[] = []
  let isConnected = false

  subscriber.on('ready', () => void subscribe())
  subscriber.on('close', () => {
    isConnected = false
    gap()
  })
  subscriber.on('message', (_channel, text) => {
    const message = open(text)
    if (message && message.sender !== sender) deliver(message.topic, message.value)
  })
  // A subscriber only listens, so it would never learn that the other end is gone unless it asked.
  const heartbeat = setInterval(() => void subscriber.ping().catch(ignore), heartbeatMs)
  heartbeat.unref()

  async function subscribe(): Promise<void> {
    try {
      await subscriber.subscribe(channel)
      isConnected = true
      gap()
    } catch (error) {
      log.debug({ err: error }, 'could not subscribe')
      subscriber.disconnect(true)
    }
  }

  async function send(topic: string, value: unknown): Promise<void> {
    try {
      await publisher.publish(channel, JSON.stringify({ sender, topic, value }))
    } catch (error) {
      log.debug({ err: error, topic }, 'a broadcast was lost')
    }
  }

  function deliver(topic: string, value: unknown): void {
    for (const listener of listeners.get(topic) ?? []) call(() => listener(value))
  }

  function gap(): void {
    for (const listener of gapListeners) call(listener)
  }

  function call(listener: () => void): void {
    try {
      listener()
    } catch (error) {
      log.error({ err: error }, 'a listener of the broadcast failed')
    }
  }

  return {
    get isConnected() {
      return isConnected
    },
    publish(topic, value) {
      deliver(topic, value)
      void send(topic, value)
    },
    listen(topic, listener) {
      listeners.set(topic, [...(listeners.get(topic) ?? []), listener])
    },
    onGap(listener) {
      gapListeners.push(listener)
    },
    [Symbol.dispose]() {
      clearInterval(heartbeat)
      isConnected = false
      publisher.disconnect()
      subscriber.disconnect()
    },
  }
}

/** What another process sent; undefined when it is none of ours. */
function open(text: string): z.output<typeof envelope> | undefined {
  try {
    return envelope.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** A failed heartbeat needs no word: the connection's own timeout ends it. */
function ignore(): void {
  return undefined
}
