import { Redis } from 'ioredis'
import type { Logger } from './logger.ts'

export type { Redis }

const commandTimeoutMs = 100

/**
 * Opens a connection to Redis (or Valkey) for caches, limits and messages: nothing that cannot be lost. A command fails
 * at once while Redis is away, and after 100 ms when it hangs; callers go on without it.
 */
export function openRedis(url: string, keyPrefix: string, log: Logger): Redis {
  const redis = new Redis(url, {
    keyPrefix,
    commandTimeout: commandTimeoutMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  })
  redis.on('error', (error: Error) => log.debug({ err: error }, 'redis is away'))
  return redis
}
