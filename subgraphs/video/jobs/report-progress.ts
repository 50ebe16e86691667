import type { TranscodingRepository } from './transcoding-repository.ts'

const intervalMs = 1_000

/**
 * Records the progress of a transcoding, at most once a second. Progress is optional: a failed write is ignored. Disposing
 * waits for the write in progress.
 */
export function reportProgress(transcodings: TranscodingRepository, videoId: string, durationMs: number) {
  let shown = 0
  let writtenAt = Date.now()
  let writing: Promise<void> | undefined
  return {
    /** @param seconds of the video that are encoded. */
    reached: (seconds: number): void => {
      // 100 means ready.
      const progress = Math.min(99, Math.floor((seconds * 100_000) / durationMs))
      if (writing || progress <= shown || Date.now() - writtenAt < intervalMs) return
      shown = progress
      writtenAt = Date.now()
      writing = transcodings
        .advance(videoId, progress)
        .catch(() => undefined)
        .finally(() => (writing = undefined))
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await writing
    },
  }
}
