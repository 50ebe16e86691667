import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Logger } from '../runtime/logger.ts'
import { openRedis } from './client.ts'

/**
 * Publishes events to all processes of the system over Redis pub/sub. Messages can be lost, so a cache that relies on them also
 * needs a TTL, and must clear itself in `onGap`.
 */
export interface Broadcast extends Disposable {
  /**
   * Sends a JSON value to all listeners of a topic: in this process before it returns, in others soon after. Never fails and
   * never waits.
   */
  publish(topic: string, value: unknown): void
  /** Calls the listener for each value of the topic, from any process. */
  listen(topic: string, listener: (value: unknown) => void): void
  /** Calls the listener when values of other processes may have been missed. */
  onGap(listener: () => void): void
  /** Whether values of other processes arrive at present, as far as is known. */
  readonly isConnected: boolean
}

const heartbeatMs = 2_000

const envelope = z.object({ sender: z.string(), topic: z.string(), value: z.unknown().optional() })

/** Opens a broadcast on two Redis connections of its own; topics have the same prefix as the system's Redis keys. */
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
  // A subscriber only receives, so it would not notice a dead peer without a ping.
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
      log.debug({ err: error, topic }, 'a broadcast message was lost')
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
      log.error({ err: error }, 'a broadcast listener failed')
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

/** What another process sent; undefined when the message is malformed. */
function open(text: string): z.output<typeof envelope> | undefined {
  try {
    return envelope.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** A failed heartbeat needs no handling: the timeout of the connection ends it. */
function ignore(): void {
  return undefined
}
