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

const topicCount: StoredCount = {
  table: 'topics',
  key: 'name',
  keyType: 'text',
  column: 'video_count',
  counted: sql`select topic as key from video_topics where not is_hidden`,
  hasEveryRow: true,
}

/** Corrects wrong counts of the videos of authors and topics; resolves to the corrected counts. */
export function recountVideos(database: DatabaseAddress): Promise<Miscount[]> {
  return recount(database, 'video', [...counts, topicCount])
}
