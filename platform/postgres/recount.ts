import { sql, type Kysely, type RawBuilder } from 'kysely'
import { openDatabase, type DatabaseAddress } from './database.ts'

/** A number that is kept beside what it counts: a column of a table that has one row for each key. */
export interface KeptCount {
  readonly table: string
  readonly key: string
  readonly column: string
  /** One row for each thing that counts, with the key of the row that counts it as `key`. */
  readonly counted: RawBuilder<unknown>
}

/** A count that was wrong at one moment, and what it should have been at that moment. */
export interface Miscount {
  /** Table and column, with a dot between. */
  readonly count: string
  readonly key: string
  readonly kept: number
  readonly counted: number
}

/** Any constant that no other lock of this database uses. */
const recountLock = 7_206_215
const batchSize = 1_000

/**
 * Finds the counts of one owner that are wrong, and mends them, while others write. Two recounts take turns.
 *
 * Nothing is locked for the time of the counting. Whoever changes what is counted moves the count by the same difference
 * in the same transaction, so both are compared in one snapshot, and what a count is wrong by stays the same until it is
 * added to it. That locks a thousand rows at a time, in the order of their keys, as other writers do.
 *
 * @returns what was wrong; it is mended.
 */
export async function recount(
  database: DatabaseAddress,
  schema: string,
  counts: readonly KeptCount[],
): Promise<Miscount[]> {
  const db = openDatabase<unknown>({
    ...database,
    schema,
    poolSize: 1,
    // A statement that needs it fails by itself.
    onConnectionError: () => undefined,
  })
  try {
    // The lock and the time limit are those of one connection, and end with it.
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

async function compare(db: Kysely<unknown>, { table, key, column, counted }: KeptCount): Promise<Miscount[]> {
  const { rows } = await sql<Miscount>`
    select ${`${table}.${column}`} as count, key, coalesce(kept, 0) as kept, coalesce(counted, 0)::integer as counted
    from (select ${sql.ref(key)} as key, ${sql.ref(column)} as kept from ${sql.table(table)}) as counts
    full join (select key, count(*) as counted from (${counted}) as things group by key) as recounts using (key)
    where coalesce(kept, 0) <> coalesce(counted, 0)
    order by key`.execute(db)
  return rows
}

async function mend(db: Kysely<unknown>, { table, key, column }: KeptCount, wrong: readonly Miscount[]): Promise<void> {
  await sql`
    insert into ${sql.table(table)} as counts (${sql.ref(key)}, ${sql.ref(column)})
    select key, difference
    from unnest(
      ${wrong.map((miscount) => miscount.key)}::bigint[],
      ${wrong.map((miscount) => miscount.counted - miscount.kept)}::integer[]
    ) as wrong (key, difference)
    order by key
    on conflict (${sql.ref(key)})
    do update set ${sql.ref(column)} = counts.${sql.ref(column)} + excluded.${sql.ref(column)}`.execute(db)
}
