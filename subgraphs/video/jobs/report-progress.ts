import type { TranscodingRepository } from './transcoding-repository.ts'

const intervalMs = 1_000

/**
 * Writes how far a transcoding got, at most once a second. Progress is a courtesy: failing to write it fails nothing.
 * Disposing waits for what is being written.
 */
export function reportProgress(transcodings: TranscodingRepository, videoId: string, durationMs: number) {
  let shown = 0
  let writtenAt = Date.now()
  let writing: Promise<void> | undefined
  return {
    /** @param seconds of the video that are encoded. */
    reached: (seconds: number): void => {
      // 100 is for what is ready.
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
