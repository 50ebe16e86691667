import type { VideoTables } from '../db/ownership.ts'
import { isId } from '../platform/graphql/ids.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import type { Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { createTranscodingRepository } from '../subgraphs/video/jobs/transcoding-repository.ts'
import { findDatabase } from './database.ts'
import { CannotStart } from './running.ts'

/**
 * Makes the media worker transcode a video again. The old renditions are played until the new ones are ready; their files then
 * become orphans, which a sweep deletes.
 *
 * @throws CannotStart with one line for the operator.
 */
export async function runRetranscode(
  environment: Environment,
  parameters: readonly string[],
  print: (line: string) => void,
  log: Logger,
): Promise<void> {
  const [videoId, ...rest] = parameters
  if (videoId === undefined || rest.length > 0) throw new CannotStart('Say which: npm start -- retranscode VIDEO')
  await using db = openDatabase<VideoTables>({
    ...(await findDatabase(environment, 'video', log)),
    schema: 'video',
    poolSize: 1,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  const isEnqueued = isId(videoId) && (await createTranscodingRepository(db).beginAnew(videoId))
  if (!isEnqueued) throw new CannotStart(`There is no video “${videoId}”.`)
  print(`The renditions of video ${videoId} are made anew; those that it has are played until then.`)
}
