import { readdirSync, readFileSync } from 'node:fs'

/** CPU time by process group, in microseconds since each process started. */
export type CpuTimes = Readonly<Record<string, number>>

/** Linux counts CPU time in hundredths of a second (USER_HZ, proc(5)). */
const tickMicroseconds = 10_000

interface ProcessStat {
  readonly pid: number
  readonly parent: number
  readonly command: string
  readonly microseconds: number
}

/**
 * CPU time of this process' descendants, summed by group. Empty where there is no /proc.
 *
 * @param groupOf names the group of a process by its id and command; undefined leaves it out.
 */
export function cpuTimes(groupOf: (pid: number, command: string) => string | undefined): CpuTimes {
  const all = processes()
  const children = new Map<number, ProcessStat[]>()
  for (const stat of all) children.set(stat.parent, [...(children.get(stat.parent) ?? []), stat])
  const times: Record<string, number> = {}
  const pending = [...(children.get(process.pid) ?? [])]
  for (let stat = pending.pop(); stat; stat = pending.pop()) {
    pending.push(...(children.get(stat.pid) ?? []))
    const group = groupOf(stat.pid, stat.command)
    if (group !== undefined) times[group] = (times[group] ?? 0) + stat.microseconds
  }
  return times
}

/** What passed between two readings. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  return Object.fromEntries(Object.entries(after).map(([group, time]) => [group, time - (before[group] ?? 0)]))
}

/** Resident memory of a process in bytes; 0 where there is no /proc. */
export function residentBytes(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return pages * 4_096
  } catch {
    return 0
  }
}

function processes(): ProcessStat[] {
  let pids: string[]
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // The command stands in brackets and may hold any character, brackets too.
      const close = stat.lastIndexOf(')')
      const fields = stat.slice(close + 2).split(' ')
      const ticks = Number(fields[11]) + Number(fields[12])
      const command = stat.slice(stat.indexOf('(') + 1, close)
      return [{ pid: Number(pid), parent: Number(fields[1]), command, microseconds: ticks * tickMicroseconds }]
    } catch {
      // It ended in between.
      return []
    }
  })
}
