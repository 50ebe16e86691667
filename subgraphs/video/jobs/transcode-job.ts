import { sql, type Expression, type RawBuilder } from 'kysely'

export const transcodeTask = 'transcode'

/** After how many failures a video is given up. */
const maxAttempts = 5

export interface TranscodePayload {
  readonly videoId: string
  /** Whether renditions are made although the video has some, which then take their place. */
  readonly isAnew?: boolean | undefined
}

/** SQL that enqueues the transcoding of a video, as part of the statement that makes it necessary. */
export function transcodeJob(videoId: Expression<unknown>, isAnew = false): RawBuilder<unknown> {
  return sql`graphile_worker.add_job(
    ${sql.lit(transcodeTask)}, json_build_object('videoId', ${videoId}::text, 'isAnew', ${sql.lit(isAnew)}),
    max_attempts => ${sql.lit(maxAttempts)}, job_key => ${transcodeKey(videoId)}
  )`
}

/** SQL for the key of a video's job. */
export function transcodeKey(videoId: Expression<unknown>): RawBuilder<string> {
  return sql<string>`'transcode:' || ${videoId}`
}
