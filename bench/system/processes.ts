import { readdirSync, readFileSync } from 'node:fs'

/** A process of this machine at one moment. */
interface Process {
  readonly id: number
  readonly parent: number
  /** CPU time since it started, with that of its children that have ended. Microseconds. */
  readonly cpu: number
  readonly residentBytes: number
}

/** What the processes of a group used: CPU time since they started in microseconds, and resident memory in bytes. */
export interface Usage {
  readonly cpu: number
  readonly residentBytes: number
}

/** Linux counts CPU time in hundredths of a second (USER_HZ, proc(5)) and memory in pages. */
const tickMicroseconds = 10_000
const pageBytes = 4_096

/**
 * What this process and its descendants use at this moment, by group. Empty where there is no /proc.
 *
 * A group is the `server` of an all-in-one system, a part of one that is split, or a service; this process is the
 * `generator`.
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

/** CPU time that all processes of the machine used since it started, in microseconds; 0 where there is no /proc. */
export function machineCpu(): number {
  const [, user, nice, system, , , interrupts, softInterrupts, stolen] = read('/proc/stat').split(/\s+/, 9).map(Number)
  const ticks = [user, nice, system, interrupts, softInterrupts, stolen].reduce<number>((sum, n) => sum + (n ?? 0), 0)
  return ticks * tickMicroseconds
}

/** Told by how it was started. */
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

/** None when it ended in between. */
function parse(id: number, stat: string): Process[] {
  // The command stands in brackets and may hold any character, brackets too.
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
