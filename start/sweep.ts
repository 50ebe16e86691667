import type { VideoTables } from '../db/ownership.ts'
import { WrongSetting, type Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { createRemovalRepository } from '../subgraphs/video/removal/repository.ts'
import { createSweepRepository } from '../subgraphs/video/removal/sweep/repository.ts'
import { sweep, type SweepReport } from '../subgraphs/video/removal/sweep/sweep.ts'
import { openDependencies } from './dependencies.ts'

/**
 * Compares the object store with the tables and prints the differences; `--remove` deletes the orphans.
 *
 * @throws WrongSetting for unknown parameters, and for missing settings.
 */
export async function runSweep(
  environment: Environment,
  parameters: readonly string[],
  print: (line: string) => void,
  log: Logger,
): Promise<void> {
  const unknown = parameters.find((parameter) => parameter !== '--remove')
  if (unknown !== undefined) throw new WrongSetting(`sweep does not accept “${unknown}”, only --remove.`)
  const remove = parameters.includes('--remove')
  using dependencies = openDependencies(environment, log)
  const { objectStore } = dependencies
  await objectStore.checkHealth()
  const db = openDatabase<VideoTables>({
    ...(await dependencies.database('video')),
    schema: 'video',
    poolSize: 1,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  try {
    const parts = { claims: createSweepRepository(db), removals: createRemovalRepository(db), objectStore }
    report(await sweep(parts, { remove }), remove, print)
  } finally {
    await db.destroy()
  }
}

function report({ orphans, missing }: SweepReport, removed: boolean, print: (line: string) => void): void {
  for (const { bucket, key, size } of orphans)
    print(`${removed ? 'removed' : 'orphan'}  ${bucket}/${key}  ${size} bytes`)
  for (const { videoId, key } of missing) print(`missing  media/${key}  of video ${videoId}`)
  const bytes = orphans.reduce((sum, { size }) => sum + size, 0)
  const remedy = removed ? 'removed' : 'npm start -- sweep --remove removes them'
  print(
    orphans.length === 0
      ? 'There are no objects without a row.'
      : `${orphans.length} objects of ${bytes} bytes have no row (${remedy}).`,
  )
  print(
    missing.length === 0 ? 'No row lacks its objects.' : `${missing.length} objects that rows refer to are missing.`,
  )
}
