import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ServerStatus {
  readonly pid: number
  /** The port it listens on. */
  readonly port: number
  /** Whether it accepts connections. */
  readonly ready: boolean
}

/**
 * What a server wrote about itself into `postmaster.pid` in its data folder (the lines are listed in PostgreSQL's
 * `src/include/utils/pidfile.h`).
 *
 * @returns undefined when no server has run there since the last clean shutdown
 */
export function readServerStatus(data: string): ServerStatus | undefined {
  let lines: string[]
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return undefined
  }
  const pid = Number(lines[0])
  return pid > 0 ? { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' } : undefined
}
