import { openBroadcast, type Broadcast } from '../platform/redis/broadcast.ts'
import { WrongSetting, type Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { openObjectStore, type ObjectStore } from '../platform/storage/object-store.ts'
import type { SignedFolderOptions } from '../platform/storage/signed-folders.ts'
import { openRedis, type Redis } from '../platform/redis/client.ts'
import { noWords, type WordFilter } from '../platform/text/word-filter.ts'
import { openWordFile, UnusableWordList } from '../platform/text/word-filter/word-file.ts'
import type { ProcessDependencies } from '../subgraphs/registry.ts'
import { findDatabase } from './database.ts'
import { readSecrets, type Secrets } from './secrets.ts'

/** The shared dependencies of the parts of one process. Each connection is opened on first use. */
export interface Dependencies extends ProcessDependencies, Disposable {
  readonly secrets: Secrets
  readonly objectStoreAddress: SignedFolderOptions
}

/**
 * The dependencies of a process whose services are all configured.
 *
 * @throws WrongSetting from a property whose setting is missing.
 */
export function openDependencies(environment: Environment, log: Logger, onQuery?: (sql: string) => void): Dependencies {
  let secrets: Secrets | undefined
  let redis: Redis | undefined
  let broadcast: Broadcast | undefined
  let objectStore: ObjectStore | undefined
  let wordFile: (WordFilter & Disposable) | undefined

  function required<Name extends keyof Environment>(name: Name): NonNullable<Environment[Name]> {
    const value = environment[name]
    if (value === undefined) throw new WrongSetting(`Missing setting: ${name} is needed by this process`)
    return value
  }

  return {
    environment,
    log,
    onQuery,
    get secrets() {
      return (secrets ??= readSecrets(environment))
    },
    database: (owner) => findDatabase(environment, owner, log),
    async findFfmpeg() {
      const { findFfmpeg } = await import('../embedded/ffmpeg.ts')
      return findFfmpeg({ ffmpegPath: environment.FFMPEG_PATH, ffprobePath: environment.FFPROBE_PATH })
    },
    get redis() {
      return (redis ??= openRedis(required('REDIS_URL'), environment.REDIS_PREFIX, log))
    },
    get broadcast() {
      return (broadcast ??= openBroadcast(required('REDIS_URL'), environment.REDIS_PREFIX, log))
    },
    get objectStoreAddress() {
      return {
        url: required('MINIO_ENDPOINT'),
        accessKey: required('MINIO_ACCESS_KEY'),
        secretKey: required('MINIO_SECRET_KEY'),
      }
    },
    get objectStore() {
      return (objectStore ??= openObjectStore({
        ...this.objectStoreAddress,
        publicUrl: environment.MINIO_PUBLIC_URL,
      }))
    },
    get sensitiveWords() {
      const { SENSITIVE_WORDS_FILE: path } = environment
      return path === undefined ? noWords : (wordFile ??= openSensitiveWords(path, log))
    },
    [Symbol.dispose]() {
      wordFile?.[Symbol.dispose]()
      broadcast?.[Symbol.dispose]()
      redis?.disconnect()
    },
  }
}

function openSensitiveWords(path: string, log: Logger): WordFilter & Disposable {
  try {
    return openWordFile(path, log)
  } catch (error) {
    if (!(error instanceof UnusableWordList)) throw error
    throw new WrongSetting(`Wrong setting: SENSITIVE_WORDS_FILE: ${error.message}`, { cause: error })
  }
}
