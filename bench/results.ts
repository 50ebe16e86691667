import { mkdir, writeFile } from 'node:fs/promises'
import type { DataSet } from './data-set.ts'
import type { LoadResult } from './load/tally.ts'
import type { Circumstances } from './machine.ts'
import type { Measurement } from './measure.ts'
import { wrongIn, type Recount } from './recount.ts'

/** All results of one run of the bench. */
export interface Results extends Circumstances {
  readonly dataSet: DataSet
  readonly seconds: number
  readonly connections: number
  /** Requests per second; null in a closed loop. */
  readonly rate: number | null
  /** Plain `node:http` that serves the bytes of a feed, in a closed loop. */
  readonly yardstick: LoadResult
  readonly systems: readonly SystemResults[]
  readonly recount: Recount
}

/** The results of one topology. */
export interface SystemResults {
  readonly topology: string
  readonly description: string
  readonly measurements: readonly Measurement[]
}

/** Writes a run into `bench/results/`, named by what was measured; returns the path. */
export async function writeResults(results: Results): Promise<string> {
  const loop = results.rate === null ? 'closed' : `open-${results.rate}`
  return writeJson(`${loop}-${results.dataSet.videos}-videos`, results)
}

/** Writes results into `bench/results/`; returns the path. */
export async function writeJson(name: string, results: object): Promise<string> {
  const folder = new URL('results/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const file = new URL(`${name}.json`, folder)
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`)
  return file.pathname
}

/** Failed requests of a run, and rows that a recount contradicts. */
export function mistakesIn({ systems, recount }: Results): { readonly errors: number; readonly wrong: number } {
  const loads = systems.flatMap(({ measurements }) =>
    measurements.flatMap(({ load, cold, beside }) => [load, cold, ...(beside ? [beside] : [])]),
  )
  return {
    errors: loads.reduce((sum, { errors }) => sum + errors, 0),
    wrong: wrongIn(recount),
  }
}
