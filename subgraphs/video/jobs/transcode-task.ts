import { z } from 'zod'
import { transcodings } from '../../../platform/metrics/measured.ts'
import type { Logger } from '../../../platform/runtime/logger.ts'
import { transcode, TranscodingFailure, type Transcoding } from './transcode.ts'
import type { Task } from './queue.ts'
import type { TranscodePayload } from './transcode-job.ts'

const payloadSchema: z.ZodType<TranscodePayload> = z.object({
  videoId: z.string(),
  isAnew: z.boolean().optional(),
})

/**
 * Transcodes the video of a job. When the last attempt fails, or a retry would fail in the same way, the reason is recorded for
 * the author.
 */
export function createTranscodeTask(transcoding: Transcoding, log: Logger): Task {
  return async (payload, { isLastAttempt, signal }) => {
    const { videoId, isAnew = false } = payloadSchema.parse(payload)
    const since = performance.now()
    const ended = (outcome: string): void => {
      transcodings.of(outcome).observe((performance.now() - since) / 1_000)
    }
    try {
      await transcode(transcoding, { videoId, isAnew, signal })
      ended('ready')
    } catch (error) {
      ended(signal.aborted ? 'stopped' : 'failed')
      const isFinal = error instanceof TranscodingFailure && error.isFinal
      if ((!isFinal && !isLastAttempt) || signal.aborted) throw error
      log.warn({ err: error, videoId }, 'a video failed for good')
      const code = error instanceof TranscodingFailure ? error.code : 'INTERNAL'
      await transcoding.transcodings.fail(videoId, code, transcoding.ids.next())
    }
  }
}
