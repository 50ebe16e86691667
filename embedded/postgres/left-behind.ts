import { execFileSync } from 'node:child_process'
import { readlinkSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning } from '../processes/identity.ts'
import { stopProcess } from '../processes/stop.ts'
import { shutdownSteps } from './server.ts'
import { readServerStatus } from './status.ts'

/**
 * Stops the server that a killed owner left running on a data folder. Only the folder's current owner may call it.
 *
 * @returns the id of the stopped process; undefined when there was none
 */
export async function stopServerLeftBehind(data: string): Promise<number | undefined> {
  const pid = readServerStatus(data)?.pid
  const isLeft = pid !== undefined && isRunning(pid) && isServerOf(pid, data)
  if (isLeft) await stopProcess(pid, shutdownSteps)
  // PostgreSQL would mistake any process with the id of the dead server for that server: an unrelated process, or its own
  // zombie. Backends that are still working keep a new server out by the shared memory they hold.
  rmSync(join(data, 'postmaster.pid'), { force: true })
  return isLeft ? pid : undefined
}

function isServerOf(pid: number, data: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data)
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .endsWith('postgres')
  } catch {
    return false
  }
}
