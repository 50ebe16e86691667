import { readdirSync, readFileSync } from 'node:fs'

/** A snapshot of a process. */
interface Process {
  readonly id: number
  readonly parent: number
  /** CPU time since it started, including children that have ended. Microseconds. */
  readonly cpu: number
  readonly residentBytes: number
}

/** The usage of a group of processes: CPU time since they started in microseconds, and resident memory in bytes. */
export interface Usage {
  readonly cpu: number
  readonly residentBytes: number
}

/** Linux counts CPU time in hundredths of a second (USER_HZ, proc(5)) and memory in pages. */
const tickMicroseconds = 10_000
const pageBytes = 4_096

/**
 * The current usage of this process and its descendants, by group. Empty without /proc.
 *
 * A group is the `server` of an all-in-one system, a part of a split system, or a service; this process is the `generator`.
 */
export function usageByGroup(): Map<string, Usage> {
  const usage = new Map<string, Usage>()
  const processes = allProcesses()
  const pending = processes.filter(({ id }) => id === process.pid)
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { id, cpu, residentBytes } = next
    pending.push(...processes.filter(({ parent }) => parent === id))
    const group = groupOf(id)
    const sum = usage.get(group) ?? { cpu: 0, residentBytes: 0 }
    usage.set(group, { cpu: sum.cpu + cpu, residentBytes: sum.residentBytes + residentBytes })
  }
  return usage
}

/** CPU time of all processes of the machine since boot, in microseconds; 0 without /proc. */
export function machineCpu(): number {
  const [, user, nice, system, , , interrupts, softInterrupts, stolen] = read('/proc/stat').split(/\s+/, 9).map(Number)
  const ticks = [user, nice, system, interrupts, softInterrupts, stolen].reduce<number>((sum, n) => sum + (n ?? 0), 0)
  return ticks * tickMicroseconds
}

/** Determined by the command line. */
function groupOf(id: number): string {
  return id === process.pid ? 'generator' : groupOfCommand(read(`/proc/${id}/cmdline`).split('\0'))
}

function groupOfCommand(command: readonly string[]): string {
  const line = command.join(' ')
  if (/postgres/.test(line)) return 'postgres'
  if (/valkey|redis/.test(line)) return 'redis'
  if (/minio/.test(line)) return 'object store'
  if (/ff(mpeg|probe)/.test(line)) return 'ffmpeg'
  if (/yardstick/.test(line)) return 'yardstick'
  if (line.includes('start/worker.ts')) return 'server'
  const main = command.findIndex((argument) => argument.endsWith('start/launch.js'))
  const part = command[main + 1] ?? ''
  return main < 0 ? 'other' : part === 'all' ? 'server' : part
}

function allProcesses(): Process[] {
  let names: string[]
  try {
    names = readdirSync('/proc')
  } catch {
    return []
  }
  return names.filter((name) => /^\d+$/.test(name)).flatMap((name) => parse(Number(name), read(`/proc/${name}/stat`)))
}

/** None when the process ended in between. */
function parse(id: number, stat: string): Process[] {
  // The command is in parentheses and may contain any character, including parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields.length < 22) return []
  const [parent, ...ticks] = [1, 11, 12, 13, 14].map((index) => Number(fields[index]))
  const cpu = ticks.reduce((sum, n) => sum + n, 0) * tickMicroseconds
  return [{ id, parent: parent ?? 0, cpu, residentBytes: Number(fields[21]) * pageBytes }]
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
