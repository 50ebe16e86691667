import { mkdir, writeFile } from 'node:fs/promises'
import type { DataSet } from './data-set.ts'
import type { LoadResult } from './load/tally.ts'
import type { Circumstances } from './machine.ts'
import type { Measurement } from './measure.ts'

/** Everything that one run of the bench found out. */
export interface Results extends Circumstances {
  readonly dataSet: DataSet
  readonly seconds: number
  readonly connections: number
  /** Requests that arrived in a second; null in a closed loop. */
  readonly rate: number | null
  /** Plain `node:http` with the bytes of a feed, in a closed loop. */
  readonly yardstick: LoadResult
  readonly systems: readonly SystemResults[]
  /** How many rows of each kept count differ from a recount. */
  readonly wrongCounts: Readonly<Record<string, number>>
}

/** What one topology did. */
export interface SystemResults {
  readonly topology: string
  readonly description: string
  readonly measurements: readonly Measurement[]
}

/** Writes a run into `bench/results/`, under a name that says what was measured, and answers the path. */
export async function writeResults(results: Results): Promise<string> {
  const loop = results.rate === null ? 'closed' : `open-${results.rate}`
  return writeJson(`${loop}-${results.dataSet.videos}-videos`, results)
}

/** Writes what a run found out into `bench/results/`, and answers the path. */
export async function writeJson(name: string, results: object): Promise<string> {
  const folder = new URL('results/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const file = new URL(`${name}.json`, folder)
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`)
  return file.pathname
}

/** Failed requests of a run, and rows that a recount contradicts. */
export function mistakesIn({ systems, wrongCounts }: Results): { readonly errors: number; readonly wrong: number } {
  const loads = systems.flatMap(({ measurements }) =>
    measurements.flatMap(({ load, cold, beside }) => [load, cold, ...(beside ? [beside] : [])]),
  )
  return {
    errors: loads.reduce((sum, { errors }) => sum + errors, 0),
    wrong: Object.values(wrongCounts).reduce((sum, count) => sum + count, 0),
  }
}
