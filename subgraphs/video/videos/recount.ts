import { sql } from 'kysely'
import type { DatabaseAddress } from '../../../platform/postgres/database.ts'
import { recount, type StoredCount, type Miscount } from '../../../platform/postgres/recount.ts'

const ofAuthors = { table: 'author_counts', key: 'author_id' }
const counts: readonly StoredCount[] = [
  { ...ofAuthors, column: 'work_count', counted: sql`select author_id as key from videos` },
  {
    ...ofAuthors,
    column: 'restricted_count',
    counted: sql`select author_id as key from videos where visibility <> 'PUBLIC'`,
  },
]

/** Corrects wrong counts of authors' videos; resolves to the corrected counts. */
export function recountVideos(database: DatabaseAddress): Promise<Miscount[]> {
  return recount(database, 'video', counts)
}
