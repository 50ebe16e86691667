import { sql, type Kysely, type RawBuilder } from 'kysely'
import { openDatabase, type DatabaseAddress } from './database.ts'

/** A stored count: a column of a table with one row per key. */
export interface StoredCount {
  readonly table: string
  readonly key: string
  readonly column: string
  /** A query with one row for each counted thing; `key` is the key of the row that stores its count. */
  readonly counted: RawBuilder<unknown>
  /** The type of the key; by default that of ids. */
  readonly keyType?: 'text'
  /** Whether whatever is counted has its row, which has other columns; else a missing row means 0. */
  readonly hasEveryRow?: boolean
}

/** A wrong count and its correct value, both as of the same snapshot. */
export interface Miscount {
  /** Table and column, separated by a dot. */
  readonly count: string
  readonly key: string
  readonly kept: number
  readonly counted: number
}

/** Any constant that no other advisory lock of this database uses. */
const recountLock = 7_206_215
const batchSize = 1_000

/**
 * Finds and corrects wrong counts of one owner while others write. Two recounts never run at the same time.
 *
 * Nothing is locked while counting. Writers change a count by the same difference as the counted rows, in the same transaction.
 * Both are therefore compared in one snapshot, and the error of a count stays the same until it is added. Adding locks a
 * thousand rows at a time, in key order, as other writers do.
 *
 * @returns the counts that were wrong, now corrected.
 */
export async function recount(
  database: DatabaseAddress,
  schema: string,
  counts: readonly StoredCount[],
): Promise<Miscount[]> {
  const db = openDatabase<unknown>({
    ...database,
    schema,
    poolSize: 1,
    // The statement in progress fails by itself.
    onConnectionError: () => undefined,
  })
  try {
    // The advisory lock and the statement timeout belong to one connection and end with it.
    return await db.connection().execute(async (connection) => {
      await sql`set statement_timeout = 0`.execute(connection)
      await sql`select pg_advisory_lock(${recountLock})`.execute(connection)
      const miscounts: Miscount[] = []
      for (const count of counts) {
        const wrong = await compare(connection, count)
        for (let start = 0; start < wrong.length; start += batchSize) {
          await mend(connection, count, wrong.slice(start, start + batchSize))
        }
        miscounts.push(...wrong)
      }
      return miscounts
    })
  } finally {
    await db.destroy()
  }
}

async function compare(db: Kysely<unknown>, { table, key, column, counted }: StoredCount): Promise<Miscount[]> {
  const { rows } = await sql<Miscount>`
    select ${`${table}.${column}`} as count, key, coalesce(kept, 0) as kept, coalesce(counted, 0)::integer as counted
    from (select ${sql.ref(key)} as key, ${sql.ref(column)} as kept from ${sql.table(table)}) as counts
    full join (select key, count(*) as counted from (${counted}) as things group by key) as recounts using (key)
    where coalesce(kept, 0) <> coalesce(counted, 0)
    order by key`.execute(db)
  return rows
}

async function mend(
  db: Kysely<unknown>,
  { table, key, column, keyType, hasEveryRow = false }: StoredCount,
  wrong: readonly Miscount[],
): Promise<void> {
  const differences = sql`
    unnest(
      ${wrong.map((miscount) => miscount.key)}::${keyType === 'text' ? sql`text` : sql`bigint`}[],
      ${wrong.map((miscount) => miscount.counted - miscount.kept)}::integer[]
    ) as wrong (key, difference)`
  if (hasEveryRow) {
    await sql`
      with locked as (
        select counts.ctid as place, difference
        from ${differences} join ${sql.table(table)} as counts on counts.${sql.ref(key)} = key
        order by key for update of counts
      )
      update ${sql.table(table)} as counts set ${sql.ref(column)} = counts.${sql.ref(column)} + difference
      from locked where counts.ctid = place`.execute(db)
    return
  }
  await sql`
    insert into ${sql.table(table)} as counts (${sql.ref(key)}, ${sql.ref(column)})
    select key, difference
    from ${differences}
    order by key
    on conflict (${sql.ref(key)})
    do update set ${sql.ref(column)} = counts.${sql.ref(column)} + excluded.${sql.ref(column)}`.execute(db)
}
