import { sql } from 'kysely'
import type { VideoTables } from '../../db/ownership.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { ObjectStore } from '../../platform/storage/object-store.ts'
import { openDatabase, type DatabaseAddress } from '../../platform/postgres/database.ts'
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
  /** With its buckets prepared. */
  readonly objectStore: ObjectStore
  readonly ffmpegPath: string
  readonly ffprobePath: string
  /** The longest side of a picture that may be decoded, in pixels. */
  readonly maxSide: number
  /** The font in which the author's name is drawn on renditions; null draws none. */
  readonly watermarkFont: string | null
  /** How many videos are transcoded at a time. */
  readonly concurrency: number
  /** After how long a silent worker counts as dead. */
  readonly silenceMs?: number
  readonly pollIntervalMs?: number
  readonly log: Logger
}

/** What makes renditions until it is disposed. */
export interface Worker extends AsyncDisposable {
  /** Rejects when it does no more jobs, or its stores are away. */
  checkHealth(): Promise<void>
}

/** Makes renditions of what is published. What is heavy is done by programs beside this process, one after the other. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { log } = options
  const db = openDatabase<VideoTables>({
    ...options.database,
    schema: 'video',
    poolSize: options.concurrency + 1,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  const transcoding = {
    transcodings: createTranscodingRepository(db),
    objectStore: options.objectStore,
    ffmpeg: openFfmpeg(options),
    watermarkFont: options.watermarkFont,
  }
  try {
    log.info({ confinement: (await confinementOf(options.ffmpegPath)).description }, 'ffmpeg runs confined')
    await collectTemporaryFolders()
    const jobs = createJobRepository(db)
    const queue = await startJobQueue({
      ...options,
      jobs,
      async lookAfter() {
        for (const videoId of await jobs.giveUp()) log.warn({ videoId }, 'a video failed for good')
      },
      tasks: { [transcodeTask]: createTranscodeTask(transcoding, log) },
    })
    return {
      async checkHealth() {
        if (!queue.isAtWork()) throw new Error('no more jobs are done')
        await Promise.all([sql`select 1`.execute(db), options.objectStore.checkHealth()])
      },
      async [Symbol.asyncDispose]() {
        await queue[Symbol.asyncDispose]()
        await db.destroy()
      },
    }
  } catch (error) {
    await db.destroy()
    throw error
  }
}
