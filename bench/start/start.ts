import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startProcess } from '../../testing/system-process.ts'
import { dataSetOf } from '../data-set.ts'
import { startFilledServices } from '../filled-services.ts'
import { usageByGroup } from '../system/processes.ts'
import { watchUsage } from '../system/usage.ts'

/** How fast a system starts on existing data, with all services embedded, and what it uses when idle. */
export interface StartResults {
  readonly starts: readonly {
    /** From the command to the line with the addresses. */
    readonly seconds: number
    /** CPU time of all processes until then; absent without /proc. */
    readonly cpuSeconds: number
  }[]
  readonly idleSeconds: number
  /** CPU usage when idle, in percent of a core, by group of processes. */
  readonly idle: Readonly<Record<string, number>>
  /** How many cores other processes used while it was idle. */
  readonly othersCores: number
}

export interface StartOptions {
  readonly videos: number
  /** Prints progress. */
  readonly print: (line: string) => void
  /** Aborts the run; the promise then rejects. */
  readonly signal: AbortSignal
}

const starts = 3
const idleSeconds = 20
/** After this time, work that was begun at the start has ended. */
const settleMs = 5_000

/** Fills a data folder, and runs `npm start` on it several times. */
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

/** Everything embedded, as on a machine with Node only. */
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
