import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Person } from '../../start/people.ts'
import { watchUsage } from '../system/usage.ts'

/** The measurements of one publication. */
export interface Publication {
  readonly megabytes: number
  readonly videoSeconds: number
  /** From the first byte of the upload until the video is in its author's list. */
  readonly visibleMs: number
  /** From the first byte of the upload until all renditions are ready. */
  readonly readyMs: number
  /** CPU time of the worker and the programs it started. */
  readonly workerCpuSeconds: number
  /** CPU time of all other processes until the video was visible: HTTP servers, subgraphs, inspection, stores. */
  readonly publishingCpuSeconds: number
  /** Peak resident memory of the worker process, and of a program it started, in MB. */
  readonly workerMegabytes: number
  readonly ffmpegMegabytes: number
  /** CPU time of other processes on the machine, as a share of one core. */
  readonly othersCores: number
}

const pollMs = 20
const microseconds = 1_000_000

/**
 * Publishes a file through the REST server and waits until it is ready.
 *
 * @param videoSeconds its duration.
 * @throws when it becomes FAILED, and when the signal is aborted.
 */
export async function measurePublication(
  author: Person,
  path: string,
  videoSeconds: number,
  signal: AbortSignal,
): Promise<Publication> {
  const usage = watchUsage()
  const publishing = watchUsage()
  const started = performance.now()
  try {
    const id = await author.publishes('bench', path)
    const visibleMs = performance.now() - started
    const { worker: _worker, ffmpeg: _its, generator: _ours, ...others } = publishing.stop().cpu
    await becomesReady(author, id, signal)
    const readyMs = performance.now() - started
    const { cpu, memory, othersCores } = usage.stop()
    return {
      megabytes: (await stat(path)).size / 2 ** 20,
      videoSeconds,
      visibleMs,
      readyMs,
      workerCpuSeconds: (cpu['worker'] ?? 0) / microseconds,
      publishingCpuSeconds: Object.values(others).reduce((sum, time) => sum + time, 0) / microseconds,
      workerMegabytes: memory['worker']?.max ?? 0,
      ffmpegMegabytes: memory['ffmpeg']?.max ?? 0,
      othersCores,
    }
  } finally {
    publishing.stop()
    usage.stop()
  }
}

async function becomesReady(author: Person, id: string, signal: AbortSignal): Promise<void> {
  const document = 'query ($id: ID!) { video(id: $id) { status failureReason } }'
  for (;;) {
    signal.throwIfAborted()
    const { video } = await author.asks<{ video: { status: string; failureReason: string | null } }>(document, { id })
    if (video.status === 'READY') return
    if (video.status === 'FAILED') throw new Error(`the video could not be processed: ${video.failureReason ?? ''}`)
    await delay(pollMs)
  }
}
