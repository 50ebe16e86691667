import { sql } from 'kysely'
import { idShares, type VideoTables } from '../../db/ownership.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { ObjectStore } from '../../platform/storage/object-store.ts'
import { openDatabase, type DatabaseAddress } from '../../platform/postgres/database.ts'
import { leaseIdGenerator, type IdGenerator } from '../../platform/postgres/id-generator.ts'
import { startJobQueue } from './jobs/queue.ts'
import { createJobRepository } from './jobs/repository.ts'
import { transcodeTask } from './jobs/transcode-job.ts'
import { createTranscodeTask } from './jobs/transcode-task.ts'
import { collectTemporaryFolders } from './storage/temporary-folder.ts'
import { confinementOf } from './media/confinement.ts'
import { openFfmpeg } from './media/ffmpeg.ts'
import { createTranscodingRepository } from './jobs/transcoding-repository.ts'

export interface WorkerOptions {
  readonly database: DatabaseAddress
  /** Its buckets must exist. */
  readonly objectStore: ObjectStore
  readonly ffmpegPath: string
  readonly ffprobePath: string
  /** The longest side of a picture that may be decoded, in pixels. */
  readonly maxSide: number
  /** The font of the author's name on renditions; null disables watermarks. */
  readonly watermarkFont: string | null
  /** How many videos are transcoded concurrently. */
  readonly concurrency: number
  /** After how many milliseconds without a heartbeat a worker counts as dead. */
  readonly silenceMs?: number
  readonly pollIntervalMs?: number
  readonly log: Logger
}

/** Makes renditions until it is disposed. */
export interface Worker extends AsyncDisposable {
  /** Rejects when it no longer runs jobs, or its stores are down. */
  checkHealth(): Promise<void>
}

/** Makes renditions of published videos. The expensive work is done by child processes, one after the other. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { log } = options
  const db = openDatabase<VideoTables>({
    ...options.database,
    schema: 'video',
    poolSize: options.concurrency + 1,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  let leased: IdGenerator | undefined
  try {
    const ids = (leased = await leaseIdGenerator(db, idShares.video, log))
    const transcoding = {
      transcodings: createTranscodingRepository(db),
      ids,
      objectStore: options.objectStore,
      ffmpeg: openFfmpeg(options),
      watermarkFont: options.watermarkFont,
    }
    log.info({ confinement: (await confinementOf(options.ffmpegPath)).description }, 'ffmpeg runs confined')
    await collectTemporaryFolders()
    const jobs = createJobRepository(db)
    const queue = await startJobQueue({
      ...options,
      jobs,
      async lookAfter() {
        for (const videoId of await jobs.giveUp(ids)) log.warn({ videoId }, 'a video failed for good')
      },
      tasks: { [transcodeTask]: createTranscodeTask(transcoding, log) },
    })
    return {
      async checkHealth() {
        if (!queue.isAtWork()) throw new Error('the job queue has stopped')
        await Promise.all([sql`select 1`.execute(db), options.objectStore.checkHealth()])
      },
      async [Symbol.asyncDispose]() {
        await queue[Symbol.asyncDispose]()
        await ids[Symbol.asyncDispose]()
        await db.destroy()
      },
    }
  } catch (error) {
    try {
      await leased?.[Symbol.asyncDispose]()
    } finally {
      await db.destroy()
    }
    throw error
  }
}
