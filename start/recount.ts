import { join } from 'node:path'
import { findRunningPostgres } from '../embedded/postgres/address.ts'
import type { Environment } from '../platform/environment.ts'
import { recountSocial } from '../subgraphs/social/counts/recount.ts'
import { recountVideos } from '../subgraphs/video/videos/recount.ts'
import { CannotStart } from './running.ts'

/**
 * Recounts every counter of a system, which may go on meanwhile, and tells which were wrong; they are mended. Without a
 * named database it is the embedded one of the system that runs.
 *
 * @throws CannotStart when there is no database.
 */
export async function recountAll(environment: Environment, print: (line: string) => void): Promise<void> {
  const databaseUrl = environment.DATABASE_URL ?? (await findRunningPostgres(join(environment.DATA_DIR, 'postgres')))
  if (databaseUrl === undefined) {
    throw new CannotStart('There is no database to recount: set DATABASE_URL, or start the system first.')
  }
  const miscounts = [...(await recountSocial(databaseUrl)), ...(await recountVideos(databaseUrl))]
  for (const { count, key, kept, counted } of miscounts) print(`${count} of ${key} was ${kept} instead of ${counted}.`)
  print(miscounts.length === 0 ? 'Every count is right.' : `Mended ${miscounts.length} counts.`)
}
