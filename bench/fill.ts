import pg from 'pg'
import { firstUserId, firstVideoId, repliesPerCommentedVideo, type DataSet } from './data-set.ts'

/** The maximum number of rows per statement. */
const batchRows = 500_000

export interface FillOptions {
  readonly databaseUrl: string
  readonly dataSet: DataSet
  /** The password hash of all users. */
  readonly passwordHash: string
  /** Prints progress. */
  readonly print: (line: string) => void
  /** Aborts filling; the promise then rejects. */
  readonly signal?: AbortSignal
}

/** One kind of row, and how the rows of a range are inserted. */
interface Step {
  readonly name: string
  readonly rows: number
  readonly insert: (from: number, to: number) => string
}

/** Fills an empty, migrated database with bulk statements; all counts are exact. */
export async function fill({ databaseUrl, dataSet, passwordHash, print, signal }: FillOptions): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(
      `set synchronous_commit = off; set work_mem = '256MB'; set maintenance_work_mem = '512MB'; set jit = off`,
    )
    // Creating an index after inserting all rows takes a fraction of the time.
    const indexes = await takeAwayIndexes(client, 'social', 'likes')
    for (const { name, rows, insert } of steps(dataSet, client.escapeLiteral(passwordHash))) {
      for (let from = 0; from < rows; from += batchRows) {
        signal?.throwIfAborted()
        const to = Math.min(rows, from + batchRows)
        await client.query(insert(from, to - 1))
        if (rows > batchRows) print(`  ${name}: ${to.toLocaleString('en')} of ${rows.toLocaleString('en')}`)
      }
    }
    for (const index of indexes) await client.query(index)
    for (const count of counts) await client.query(count)
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}

/** Drops the indexes of a table that enforce nothing; returns the statements that recreate them. */
async function takeAwayIndexes(client: pg.Client, schema: string, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; statement: string }>(
    `select indexname as name, indexdef as statement from pg_indexes
     where schemaname = $1 and tablename = $2 and indexname not in (select conname from pg_constraint)`,
    [schema, table],
  )
  for (const { name } of rows) await client.query(`drop index ${schema}.${name}`)
  return rows.map(({ statement }) => statement)
}

function steps(dataSet: DataSet, passwordHash: string): Step[] {
  const { users, videos, likes, follows, commentedVideos, commentsPerCommentedVideo, messages } = dataSet
  const comments = commentedVideos * commentsPerCommentedVideo
  const user = (expression: string): string => `${firstUserId} + (${expression}) % ${users}`
  return [
    {
      name: 'users',
      rows: users,
      insert: (from, to) =>
        `with added as (
           insert into "user".accounts (id, name, password_hash)
           select ${firstUserId} + i, 'bench-' || i, ${passwordHash} from generate_series(${from}, ${to}) i
           returning id
         )
         insert into "user".sessions (id, user_id, expires_at) select id, id, now() + interval '1 year' from added`,
    },
    {
      name: 'videos',
      rows: videos,
      insert: (from, to) =>
        `insert into video.videos
           (id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at)
         select ${firstVideoId} + i, ${user('i')}, 'Video number ' || i, 'videos/' || i || '.mp4', 'covers/' || i || '.jpg',
           'video/mp4', 1000000, 15000, 720, 1280, now() - (${videos} - i) * interval '1 minute'
         from generate_series(${from}, ${to}) i`,
    },
    {
      name: 'likes',
      rows: likes,
      // In each round every user likes one video; 7919 is prime, so no pair repeats. In key order, each batch fills the index
      // from left to right.
      insert: (from, to) =>
        `insert into social.likes (user_id, video_id, id)
         select ${user('i')}, ${firstVideoId} + (i * 7919 + i / ${users}) % ${videos}, i + 1
         from generate_series(${from}::bigint, ${to}) i order by 1, 2 on conflict do nothing`,
    },
    {
      name: 'follows',
      rows: follows,
      insert: (from, to) =>
        `insert into social.follows (follower_id, followee_id, id)
         select ${user('i')}, ${user(`i + 1 + i / ${users}`)}, i + 1
         from generate_series(${from}, ${to}) i order by 1, 2 on conflict do nothing`,
    },
    {
      name: 'comments',
      rows: comments,
      insert: (from, to) =>
        `insert into social.comments (id, video_id, author_id, content)
         select i + 1, ${firstVideoId} + ${videos} - 1 - i % ${commentedVideos}, ${user('i::bigint * 31')}, 'Comment number ' || i
         from generate_series(${from}, ${to}) i`,
    },
    {
      // To the oldest comment of each commented video.
      name: 'replies',
      rows: commentedVideos * repliesPerCommentedVideo,
      insert: (from, to) =>
        `insert into social.comments (id, video_id, author_id, content, parent_id, answered_user_id)
         select ${comments} + i + 1, video_id, ${user('i::bigint * 17')}, 'Reply number ' || i, id, author_id
         from generate_series(${from}, ${to}) i join social.comments on id = 1 + i % ${commentedVideos}`,
    },
    {
      name: 'messages',
      rows: messages,
      insert: (from, to) =>
        `insert into chat.messages (id, sender_id, recipient_id, content, created_at)
         select i + 1, ${user('i')}, ${user('i + 1')}, 'Message number ' || i,
           date_trunc('milliseconds', now()) - (${messages} - i) * interval '1 second'
         from generate_series(${from}, ${to}) i`,
    },
  ]
}

const counts = [
  `insert into video.author_counts (author_id, work_count) select author_id, count(*) from video.videos group by 1`,
  `insert into chat.conversations (low_user_id, high_user_id, last_message_id, last_message_at)
   select distinct on (1, 2) least(sender_id, recipient_id), greatest(sender_id, recipient_id), id, created_at
   from chat.messages order by 1, 2, created_at desc`,
  `insert into social.video_counts (video_id, favorite_count, comment_count)
   select id, coalesce(likes, 0), coalesce(comments, 0) from video.videos
   left join (select video_id as id, count(*) as likes from social.likes group by 1) as liked using (id)
   left join (select video_id as id, count(*) as comments from social.comments where parent_id is null group by 1) as commented using (id)`,
  `insert into social.comment_counts (comment_id, reply_count)
   select parent_id, count(*) from social.comments where parent_id is not null group by 1`,
  `insert into social.user_counts (user_id, follow_count, follower_count, favorite_count, total_favorited)
   select id, coalesce(follows, 0), coalesce(followers, 0), coalesce(given, 0), coalesce(received, 0)
   from "user".accounts
   left join (select follower_id as id, count(*) as follows from social.follows group by 1) as following using (id)
   left join (select followee_id as id, count(*) as followers from social.follows group by 1) as followed using (id)
   left join (select user_id as id, count(*) as given from social.likes group by 1) as liked using (id)
   left join (
     select author_id as id, sum(favorite_count) as received
     from social.video_counts join video.videos on videos.id = video_id group by 1
   ) as favorited using (id)`,
]
