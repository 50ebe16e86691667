import { Redis } from 'ioredis'
import type { Logger } from '../runtime/logger.ts'

export type { Redis }

const commandTimeoutMs = 100
const longestSilenceMs = 2_000
const longestReconnectDelayMs = 2_000

/**
 * Opens a connection to Redis (or Valkey) for caches, limits and messages: nothing that cannot be lost. A command fails
 * at once while Redis is away, and after 100 ms when it hangs; callers go on without it. When Redis owed an answer for
 * two seconds it counts as away, and the connection is made anew. Blocking commands have no place here.
 *
 * @param keyPrefix stands before every key, so that several systems can share one Redis.
 */
export function openRedis(url: string, keyPrefix: string, log: Logger): Redis {
  const redis = new Redis(url, {
    keyPrefix,
    commandTimeout: commandTimeoutMs,
    socketTimeout: longestSilenceMs,
    disconnectTimeout: commandTimeoutMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // ioredis would subscribe again in a promise that nobody catches; who subscribes does so on 'ready'.
    autoResubscribe: false,
    retryStrategy: (attempt) => Math.min(attempt * 100, longestReconnectDelayMs),
  })
  let isAway = false
  redis.on('error', (error: Error) => {
    log[isAway ? 'debug' : 'warn']({ err: error }, 'redis is away')
    isAway = true
  })
  redis.on('ready', () => {
    if (isAway) log.info('redis is back')
    isAway = false
  })
  return redis
}
