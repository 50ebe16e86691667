import type { ReadMany } from './read-together.ts'
import { createShortMemory } from './short-memory.ts'

/** A row, and what changes with it: as Postgres says it, `xmin`, the transaction that wrote it. */
export interface VersionedRow<Row> {
  readonly version: string
  readonly row: Row
}

export interface UnchangedRowsOptions<Row, Value> {
  /** Those of the rows that there are. */
  readonly readRows: ReadMany<VersionedRow<Row>>
  /** The versions of those of the rows that there are. */
  readonly readVersions: ReadMany<string>
  /** Makes of a row what is kept; once, as long as it does not change. */
  readonly make: (row: Row) => Value
  /** How many are remembered at most. */
  readonly most: number
}

interface Known<Value> {
  readonly version: string
  readonly value: Value
}

/** Longer than rows are shown without a look at them, in milliseconds. */
const rememberedMs = 60_000

/**
 * Reads rows by key whose last value is remembered: of those only the versions are read, all of them as one row. Whether a row
 * is still as it was costs a fraction of reading its columns and of making something of them again.
 */
export function readUnchangedRows<Row, Value>({
  readRows,
  readVersions,
  make,
  most,
}: UnchangedRowsOptions<Row, Value>): ReadMany<Value> {
  const last = createShortMemory<Known<Value>>({ keptMs: rememberedMs, most })

  async function readAnew(keys: readonly string[], values: Map<string, Value>): Promise<void> {
    if (keys.length === 0) return
    const since = performance.now()
    for (const [key, { version, row }] of await readRows(keys)) {
      const value = make(row)
      values.set(key, value)
      last.set(key, { version, value }, since)
    }
  }

  return async (keys) => {
    const now = performance.now()
    const known = new Map<string, Known<Value>>()
    const unknown: string[] = []
    for (const key of keys) {
      const remembered = last.get(key, now)
      if (remembered) known.set(key, remembered)
      else unknown.push(key)
    }
    const values = new Map<string, Value>()
    const changed: string[] = []
    const compare = async (): Promise<void> => {
      if (known.size === 0) return
      for (const [key, version] of await readVersions([...known.keys()])) {
        const remembered = known.get(key)
        if (remembered?.version === version) values.set(key, remembered.value)
        else changed.push(key)
      }
    }
    await Promise.all([readAnew(unknown, values), compare()])
    await readAnew(changed, values)
    return values
  }
}
