import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning } from '../processes/identity.ts'
import { readServerStatus } from './status.ts'

export function postgresUrl(password: string, port: number): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
}

/** The address of the server that another process runs on a folder of `startEmbeddedPostgres`; undefined when none runs. */
export async function findRunningPostgres(directory: string): Promise<string | undefined> {
  const status = readServerStatus(join(directory, 'data'))
  if (!status?.ready || !isRunning(status.pid)) return undefined
  return postgresUrl((await readFile(join(directory, 'password'), 'utf8')).trim(), status.port)
}
