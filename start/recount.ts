import type { Environment } from '../platform/runtime/environment.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import { recountSocial } from '../subgraphs/social/counts/recount.ts'
import { recountVideos } from '../subgraphs/video/videos/recount.ts'
import { findDatabase } from './database.ts'

/**
 * Recounts every counter of a system, which may be running, and prints the wrong ones, which are corrected. Without a
 * configured database it uses the embedded one of the running system.
 *
 * @throws CannotStart when there is no database.
 */
export async function recountAll(environment: Environment, print: (line: string) => void, log: Logger): Promise<void> {
  const miscounts = [
    ...(await recountSocial(await findDatabase(environment, 'social', log))),
    ...(await recountVideos(await findDatabase(environment, 'video', log))),
  ]
  for (const { count, key, kept, counted } of miscounts) print(`${count} of ${key} was ${kept} instead of ${counted}.`)
  print(miscounts.length === 0 ? 'All counts are correct.' : `Mended ${miscounts.length} counts.`)
}
