import pg from 'pg'

/** How much is in the system while it is measured. */
export const dataSet = {
  users: 1_000,
  videos: 10_000,
  likes: 100_000,
  follows: 50_000,
  commentsPerCommentedVideo: 50,
  commentedVideos: 100,
  messages: 10_000,
} as const

/** Ids of the data set begin here, so that the kinds cannot be confused. */
export const firstUserId = 1_001
export const firstVideoId = 1_000_001

/** The videos that the bench likes, kept apart from the likes of the data set. */
export const videoToLike = (index: number): number => firstVideoId + (index % dataSet.videos)

/** Fills an empty, migrated database by bulk statements, with every count exact. */
export async function fillDataSet(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    for (const statement of statements()) await client.query(statement)
  } finally {
    await client.end()
  }
}

function statements(): string[] {
  const { users, videos, likes, follows, messages, commentedVideos, commentsPerCommentedVideo } = dataSet
  const user = (expression: string): string => `${firstUserId} + (${expression}) % ${users}`
  return [
    `insert into "user".accounts (id, name, password_hash)
     select ${firstUserId} + i, 'bench-' || i, 'none' from generate_series(0, ${users - 1}) i`,
    `insert into "user".sessions (id, user_id, expires_at)
     select id, id, now() + interval '1 year' from "user".accounts`,
    `insert into video.videos
       (id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at)
     select ${firstVideoId} + i, ${user('i')}, 'Video number ' || i, 'videos/' || i || '.mp4', 'covers/' || i || '.jpg',
       'video/mp4', 1000000, 15000, 720, 1280, now() - (${videos} - i) * interval '1 minute'
     from generate_series(0, ${videos - 1}) i`,
    `insert into video.author_counts select author_id, count(*) from video.videos group by author_id`,
    // Multipliers prime to the ranges spread the pairs without repeating one.
    `insert into social.likes (user_id, video_id, id)
     select ${user('i')}, ${firstVideoId} + (i * 7919::bigint + i / ${users}) % ${videos}, i + 1
     from generate_series(0, ${likes - 1}) i on conflict do nothing`,
    `insert into social.follows (follower_id, followee_id, id)
     select ${user('i')}, ${user(`i + 1 + i / ${users}`)}, i + 1 from generate_series(0, ${follows - 1}) i
     on conflict do nothing`,
    `insert into social.comments (id, video_id, author_id, content)
     select i + 1, ${firstVideoId} + ${videos} - 1 - i % ${commentedVideos}, ${user('i * 31')}, 'Comment number ' || i
     from generate_series(0, ${commentedVideos * commentsPerCommentedVideo - 1}) i`,
    `insert into chat.messages (id, sender_id, recipient_id, content, created_at)
     select i + 1, ${user('i')}, ${user('i + 1')}, 'Message number ' || i, now() - (${messages} - i) * interval '1 second'
     from generate_series(0, ${messages - 1}) i`,
    `insert into chat.conversations
     select distinct on (1, 2) least(sender_id, recipient_id), greatest(sender_id, recipient_id), id, created_at
     from chat.messages order by 1, 2, created_at desc`,
    `insert into social.video_counts (video_id, favorite_count, comment_count)
     select id, (select count(*) from social.likes where video_id = videos.id),
       (select count(*) from social.comments where video_id = videos.id) from video.videos`,
    `insert into social.user_counts (user_id, follow_count, follower_count, favorite_count, total_favorited)
     select id, (select count(*) from social.follows where follower_id = accounts.id),
       (select count(*) from social.follows where followee_id = accounts.id),
       (select count(*) from social.likes where user_id = accounts.id),
       (select count(*) from social.likes join video.videos on videos.id = video_id where author_id = accounts.id)
     from "user".accounts`,
    'vacuum analyze',
  ]
}
