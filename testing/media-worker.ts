import { inject } from 'vitest'
import { createLogger } from '../platform/runtime/logger.ts'
import { startWorker, type Worker, type WorkerOptions } from '../subgraphs/video/worker.ts'
import { openTestObjectStore } from './video-subgraph.ts'

/** Starts a media worker on the services of the test run, with a short heartbeat timeout. */
export async function startTestWorker(databaseUrl: string, options: Partial<WorkerOptions> = {}): Promise<Worker> {
  const { ffmpegPath, ffprobePath } = inject('services')
  return startWorker({
    database: { url: databaseUrl },
    objectStore: await openTestObjectStore(),
    ffmpegPath,
    ffprobePath,
    maxSide: 1_280,
    watermarkFont: null,
    concurrency: 1,
    silenceMs: 2_000,
    pollIntervalMs: 100,
    log: createLogger('silent', 'test'),
    ...options,
  })
}
