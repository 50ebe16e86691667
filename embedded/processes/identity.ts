import { readFileSync } from 'node:fs'

/**
 * Distinguishes a running process from a later one with the same id: on Linux its start time in ticks since boot (field 22 of
 * /proc/<pid>/stat), elsewhere the id alone.
 *
 * @returns undefined when no such process runs; a zombie counts as not running
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform !== 'linux') return answersSignals(pid) ? String(pid) : undefined
  const status = readProcessStatus(pid)
  return status && status.state !== 'Z' ? `${pid} ${status.startTime}` : undefined
}

export function isRunning(pid: number): boolean {
  return processIdentity(pid) !== undefined
}

function readProcessStatus(pid: number): { state: string; startTime: string } | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses and may itself contain spaces and parentheses.
    const [state = '', ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ')
    return { state, startTime: rest[18] ?? '' }
  } catch {
    return undefined
  }
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
