import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startProcess } from '../../testing/system-process.ts'
import { dataSetOf } from '../data-set.ts'
import { startFilledServices } from '../filled-services.ts'
import { usageByGroup } from '../system/processes.ts'
import { watchUsage } from '../system/usage.ts'

/** How a system comes up on the data that it left, with all services embedded, and what it does with nothing to do. */
export interface StartResults {
  readonly starts: readonly {
    /** From the command to the line that says where the doors are. */
    readonly seconds: number
    /** CPU time of all processes by then; absent where there is no /proc. */
    readonly cpuSeconds: number
  }[]
  readonly idleSeconds: number
  /** How busy a core was meanwhile, in percent, by group of processes. */
  readonly idle: Readonly<Record<string, number>>
  /** How many cores were busy with something else while it was idle. */
  readonly othersCores: number
}

export interface StartOptions {
  readonly videos: number
  /** Receives lines for the person who waits. */
  readonly print: (line: string) => void
  /** Ends the run early: then it rejects. */
  readonly signal: AbortSignal
}

const starts = 3
const idleSeconds = 20
/** By then what was begun at the start is done. */
const settleMs = 5_000

/** Fills a folder of data, and runs `npm start` on it some times. */
export async function measureStart({ videos, print, signal }: StartOptions): Promise<StartResults> {
  const folder = await mkdtemp(join(tmpdir(), 'short-video-bench-start-'))
  try {
    const services = await startFilledServices({ folder, dataSet: dataSetOf(videos), print, signal })
    await services[Symbol.asyncDispose]()
    const measured: StartResults['starts'][number][] = []
    for (;;) {
      signal.throwIfAborted()
      const start = performance.now()
      await using system = startProcess('all', settingsOf(folder))
      await system.line(/^ *REST +http/)
      const seconds = (performance.now() - start) / 1_000
      const { generator: _, ...groups } = Object.fromEntries(usageByGroup())
      const cpuSeconds = Object.values(groups).reduce((sum, { cpu }) => sum + cpu, 0) / 1_000_000
      print(`ready after ${seconds.toFixed(2)} s, of which CPU ${cpuSeconds.toFixed(2)} s`)
      measured.push({ seconds, cpuSeconds })
      if (measured.length < starts) continue

      await delay(settleMs, undefined, { signal })
      const usage = watchUsage()
      await delay(idleSeconds * 1_000, undefined, { signal })
      const { cpu, othersCores } = usage.stop()
      const { generator: __, ...idle } = cpu
      const percents = Object.entries(idle).map(([group, time]) => [group, time / (idleSeconds * 10_000)])
      return {
        starts: measured,
        idleSeconds,
        idle: Object.fromEntries(percents) as Record<string, number>,
        othersCores,
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Everything embedded, as on a machine with Node alone. */
function settingsOf(folder: string): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    REST_PORT: '0',
    GRAPHQL_PORT: '0',
    OBJECT_STORE_PORT: '0',
    LOG_LEVEL: 'error',
    DATA_DIR: folder,
    SEED: 'false',
  }
}
