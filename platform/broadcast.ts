import { Redis } from 'ioredis'
import type { Logger } from './logger.ts'

/**
 * Tells every process of the system what just changed, over Redis pub/sub. A message can be lost: whoever caches on the
 * strength of it also needs an expiry, and forgets everything in `onGap`.
 */
export interface Broadcast extends Disposable {
  /** Sends a JSON value to every listener of the topic, this process' own included. Never fails, never waits. */
  publish(topic: string, value: unknown): void
  /** Calls the listener for each value of the topic, from whichever process. */
  listen(topic: string, listener: (value: unknown) => void): void
  /** Calls the listener whenever values may have been missed. */
  onGap(listener: () => void): void
  /** Whether values of other processes arrive at present. */
  readonly isConnected: boolean
}

/** Opens a broadcast on two connections of its own; topics share the prefix of the system's Redis keys. */
export function openBroadcast(url: string, prefix: string, log: Logger): Broadcast {
  const options = { maxRetriesPerRequest: 0, retryStrategy: (attempt: number) => Math.min(attempt * 100, 2_000) }
  const publisher = new Redis(url, { ...options, enableOfflineQueue: false })
  const subscriber = new Redis(url, options)
  const listeners = new Map<string, ((value: unknown) => void)[]>()
  const gapListeners: (() => void)[] = []
  const channel = `${prefix}broadcast`
  const sender = crypto.randomUUID()
  let isConnected = false

  for (const connection of [publisher, subscriber]) {
    connection.on('error', (error: Error) => log.debug({ err: error }, 'redis is away'))
  }
  subscriber.on('ready', () => {
    subscriber.subscribe(channel).then(
      () => {
        isConnected = true
        gap()
      },
      (error: unknown) => log.debug({ err: error }, 'could not subscribe'),
    )
  })
  subscriber.on('close', () => {
    isConnected = false
    gap()
  })
  subscriber.on('message', (_channel, text) => {
    const message = JSON.parse(text) as { sender: string; topic: string; value: unknown }
    if (message.sender !== sender) deliver(message.topic, message.value)
  })

  function gap(): void {
    for (const listener of gapListeners) listener()
  }

  function deliver(topic: string, value: unknown): void {
    for (const listener of listeners.get(topic) ?? []) listener(value)
  }

  return {
    get isConnected() {
      return isConnected
    },
    publish(topic, value) {
      deliver(topic, value)
      publisher.publish(channel, JSON.stringify({ sender, topic, value })).catch((error: unknown) => {
        log.debug({ err: error }, 'a broadcast was lost')
      })
    },
    listen(topic, listener) {
      listeners.set(topic, [...(listeners.get(topic) ?? []), listener])
    },
    onGap(listener) {
      gapListeners.push(listener)
    },
    [Symbol.dispose]() {
      publisher.disconnect()
      subscriber.disconnect()
    },
  }
}
