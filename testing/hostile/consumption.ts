import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The resources used by the programs that this process started. */
export interface Consumption {
  /** CPU time of all together, in seconds. */
  readonly cpuSeconds: number
  /** The peak memory of a single one, in bytes. */
  readonly peakMemory: number
  /** The peak size of the temporary folder, in bytes. */
  readonly peakDisk: number
}

const intervalMs = 10
/** Of the clock in proc(5), on every Linux that Node supports. */
const ticksPerSecond = 100

/** Runs work and measures what it uses outside of this process; Linux only. */
export async function consumptionOf(temporaryFolder: string, work: () => Promise<void>): Promise<Consumption> {
  let peakMemory = 0
  let peakDisk = 0
  const before = ticksOfEndedPrograms()
  const timer = setInterval(() => {
    for (const pid of startedPrograms()) peakMemory = Math.max(peakMemory, memoryOf(pid))
    peakDisk = Math.max(peakDisk, sizeOf(temporaryFolder))
  }, intervalMs)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return { cpuSeconds: (ticksOfEndedPrograms() - before) / ticksPerSecond, peakMemory, peakDisk }
}

/** Fields 16 and 17 of proc_pid_stat(5); the name, field 2, may contain anything. */
function ticksOfEndedPrograms(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[16 - 3]) + Number(fields[17 - 3])
}

function startedPrograms(): string[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    (contentOf(`/proc/self/task/${thread}/children`) ?? '').split(' ').filter((pid) => pid !== ''),
  )
}

function memoryOf(pid: string): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(contentOf(`/proc/${pid}/status`) ?? '')?.[1]
  return Number(kilobytes ?? 0) * 1024
}

function sizeOf(folder: string): number {
  let size = 0
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    size += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
  }
  return size
}

/** Null when the file is gone. */
function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
