import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning } from '../processes/identity.ts'
import { readServerStatus } from './status.ts'

/**
 * The address of the server that another process runs on the folder of an embedded PostgreSQL; undefined when none
 * accepts connections there.
 */
export async function findRunningPostgres(directory: string): Promise<string | undefined> {
  const data = join(directory, 'data')
  const status = readServerStatus(data)
  if (!status?.ready || !isRunning(status.pid)) return undefined
  const [password, description] = await Promise.all([
    readFile(join(directory, 'password'), 'utf8'),
    readFile(join(data, 'postmaster.pid'), 'utf8'),
  ])
  // The fourth line is the port (PostgreSQL's src/include/utils/pidfile.h).
  const port = description.split('\n')[3]
  return `postgres://postgres:${password.trim()}@127.0.0.1:${port ?? ''}/postgres`
}
