import { Redis } from 'ioredis'
import type { Logger } from '../runtime/logger.ts'

export type { Redis }

const commandTimeoutMs = 100
const longestSilenceMs = 2_000
const longestReconnectDelayMs = 2_000

/**
 * Opens a connection to Redis (or Valkey) for caches, limits and messages: nothing that must not be lost. A command fails at
 * once while Redis is down, and after 100 ms when it hangs; callers continue without it. When Redis has not answered for two
 * seconds it counts as down, and the client reconnects. Do not use blocking commands.
 *
 * @param keyPrefix prefix of every key, so that several systems can share one Redis.
 */
export function openRedis(url: string, keyPrefix: string, log: Logger): Redis {
  const redis = new Redis(url, {
    keyPrefix,
    commandTimeout: commandTimeoutMs,
    socketTimeout: longestSilenceMs,
    disconnectTimeout: commandTimeoutMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // ioredis would resubscribe in a promise whose rejection nobody handles; subscribers do it on 'ready' instead.
    autoResubscribe: false,
    retryStrategy: (attempt) => Math.min(attempt * 100, longestReconnectDelayMs),
  })
  let isDown = false
  redis.on('error', (error: Error) => {
    log[isDown ? 'debug' : 'warn']({ err: error }, 'redis is down')
    isDown = true
  })
  redis.on('ready', () => {
    if (isDown) log.info('redis is back')
    isDown = false
  })
  return redis
}
