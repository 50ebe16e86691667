import pg from 'pg'

const comparisons: Readonly<Record<string, string>> = {
  'likes of videos': `
    select count(*)::int as wrong from
      (select video_id, count(*) as n from social.likes group by video_id) as real
      full join (select video_id, favorite_count as n from social.video_counts) as kept using (video_id)
    where coalesce(real.n, 0) <> coalesce(kept.n, 0)`,
  'comments of videos': `
    select count(*)::int as wrong from
      (select video_id, count(*) as n from social.comments group by video_id) as real
      full join (select video_id, comment_count as n from social.video_counts) as kept using (video_id)
    where coalesce(real.n, 0) <> coalesce(kept.n, 0)`,
  'likes given': `
    select count(*)::int as wrong from
      (select user_id, count(*) as n from social.likes group by user_id) as real
      full join (select user_id, favorite_count as n from social.user_counts) as kept using (user_id)
    where coalesce(real.n, 0) <> coalesce(kept.n, 0)`,
  'likes received': `
    select count(*)::int as wrong from
      (select author_id as user_id, count(*) as n
       from social.likes join video.videos on videos.id = likes.video_id group by author_id) as real
      full join (select user_id, total_favorited as n from social.user_counts) as kept using (user_id)
    where coalesce(real.n, 0) <> coalesce(kept.n, 0)`,
  'people followed': `
    select count(*)::int as wrong from
      (select follower_id as user_id, count(*) as n from social.follows group by follower_id) as real
      full join (select user_id, follow_count as n from social.user_counts) as kept using (user_id)
    where coalesce(real.n, 0) <> coalesce(kept.n, 0)`,
  followers: `
    select count(*)::int as wrong from
      (select followee_id as user_id, count(*) as n from social.follows group by followee_id) as real
      full join (select user_id, follower_count as n from social.user_counts) as kept using (user_id)
    where coalesce(real.n, 0) <> coalesce(kept.n, 0)`,
  'videos of authors': `
    select count(*)::int as wrong from
      (select author_id, count(*) as n from video.videos group by author_id) as real
      full join (select author_id, work_count as n from video.author_counts) as kept using (author_id)
    where coalesce(real.n, 0) <> coalesce(kept.n, 0)`,
  'newest messages': `
    select count(*)::int as wrong from
      (select least(sender_id, recipient_id) as low_user_id, greatest(sender_id, recipient_id) as high_user_id,
         max(created_at) as at
       from chat.messages group by 1, 2) as real
      full join (select low_user_id, high_user_id, last_message_at as at from chat.conversations) as kept
        using (low_user_id, high_user_id)
    where real.at is distinct from kept.at`,
}

/** How many rows of each kept count differ from a recount of what it counts: all zero in a right system. */
export async function recount(databaseUrl: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const wrong: Record<string, number> = {}
    for (const [name, sql] of Object.entries(comparisons)) {
      const { rows } = await client.query<{ wrong: number }>(sql)
      wrong[name] = rows[0]?.wrong ?? 0
    }
    return wrong
  } finally {
    await client.end()
  }
}
