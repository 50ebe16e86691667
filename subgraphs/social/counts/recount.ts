import { sql } from 'kysely'
import type { DatabaseAddress } from '../../../platform/postgres/database.ts'
import { recount, type StoredCount, type Miscount } from '../../../platform/postgres/recount.ts'

const ofVideos = { table: 'video_counts', key: 'video_id' }
const ofComments = { table: 'comment_counts', key: 'comment_id' }
const ofUsers = { table: 'user_counts', key: 'user_id' }

const counts: readonly StoredCount[] = [
  { ...ofVideos, column: 'favorite_count', counted: sql`select video_id as key from likes` },
  { ...ofVideos, column: 'comment_count', counted: sql`select video_id as key from comments where parent_id is null` },
  { ...ofVideos, column: 'bookmark_count', counted: sql`select video_id as key from bookmarks` },
  { ...ofVideos, column: 'share_count', counted: sql`select video_id as key from shares` },
  { ...ofComments, column: 'like_count', counted: sql`select comment_id as key from comment_likes` },
  {
    ...ofComments,
    column: 'reply_count',
    counted: sql`select parent_id as key from comments where parent_id is not null`,
  },
  {
    table: 'report_cases',
    key: 'id',
    column: 'report_count',
    counted: sql`select cases.id as key from reports join report_cases as cases using (subject_kind, subject_id)`,
    hasEveryRow: true,
  },
  { ...ofUsers, column: 'follow_count', counted: sql`select follower_id as key from follows` },
  { ...ofUsers, column: 'follower_count', counted: sql`select followee_id as key from follows` },
  { ...ofUsers, column: 'favorite_count', counted: sql`select user_id as key from likes` },
  {
    ...ofUsers,
    column: 'total_favorited',
    // Including deleted videos.
    counted: sql`
      select video.author_id as key from likes join video.authorships as video on video.id = likes.video_id`,
  },
]

/** Corrects wrong counts of likes, comments, follows and reports while the system runs; resolves to the corrected counts. */
export function recountSocial(database: DatabaseAddress): Promise<Miscount[]> {
  return recount(database, 'social', counts)
}
