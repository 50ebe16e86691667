import type pg from 'pg'

/** For each table of counts: its non-zero rows, and a recount. */
const comparisons = [
  {
    counts: `select video_id as key, favorite_count, comment_count, bookmark_count, share_count from social.video_counts
      where (favorite_count, comment_count, bookmark_count, share_count) <> (0, 0, 0, 0)`,
    recounts: `select video_id as key, sum(favorite)::int as favorite_count, sum(comment)::int as comment_count,
        sum(bookmark)::int as bookmark_count, sum(share)::int as share_count
      from (
        select video_id, 1 as favorite, 0 as comment, 0 as bookmark, 0 as share from social.likes
        union all select video_id, 0, 1, 0, 0 from social.comments where parent_id is null
        union all select video_id, 0, 0, 1, 0 from social.bookmarks
        union all select video_id, 0, 0, 0, 1 from social.shares
      ) as edges group by video_id`,
  },
  {
    counts: `select comment_id as key, like_count, reply_count from social.comment_counts
      where (like_count, reply_count) <> (0, 0)`,
    recounts: `select comment_id as key, sum(liked)::int as like_count, sum(reply)::int as reply_count from (
        select comment_id, 1 as liked, 0 as reply from social.comment_likes
        union all select parent_id, 0, 1 from social.comments where parent_id is not null
      ) as edges group by comment_id`,
  },
  {
    counts: `select user_id as key, follow_count, follower_count, favorite_count, total_favorited from social.user_counts
      where (follow_count, follower_count, favorite_count, total_favorited) <> (0, 0, 0, 0)`,
    recounts: `select user_id as key, sum(follow)::int as follow_count, sum(follower)::int as follower_count,
        sum(favorite)::int as favorite_count, sum(favorited)::int as total_favorited
      from (
        select follower_id as user_id, 1 as follow, 0 as follower, 0 as favorite, 0 as favorited from social.follows
        union all select followee_id, 0, 1, 0, 0 from social.follows
        union all select user_id, 0, 0, 1, 0 from social.likes
        union all select author_id, 0, 0, 0, 1 from social.likes join video.authorships on authorships.id = likes.video_id
      ) as edges group by user_id`,
  },
  {
    counts: 'select id as key, report_count from social.report_cases',
    recounts: `select cases.id as key, count(*)::int as report_count
      from social.reports join social.report_cases as cases using (subject_kind, subject_id) group by cases.id`,
  },
  {
    counts: 'select hashtext(name)::bigint as key, video_count from video.topics where video_count <> 0',
    recounts: `select hashtext(topic)::bigint as key, count(*)::int as video_count from video.video_topics
      where not is_hidden group by topic`,
  },
  {
    counts: `select author_id as key, work_count, restricted_count from video.author_counts
      where (work_count, restricted_count) <> (0, 0)`,
    recounts: `select author_id as key, count(*)::int as work_count,
        (count(*) filter (where visibility <> 'PUBLIC'))::int as restricted_count
      from video.videos group by author_id`,
  },
]

/** All count rows that differ from a recount, with both values: none in a correct system. */
export async function findMiscounts(client: pg.Client): Promise<unknown[]> {
  const found: unknown[] = []
  for (const { counts, recounts } of comparisons) {
    const { rows } = await client.query<Record<string, unknown>>(`
      select * from (select 'kept' as which, * from (${counts} except ${recounts}) as kept) as kept
      union all
      select 'counted', * from (${recounts} except ${counts}) as counted
      order by key, which desc`)
    found.push(...rows)
  }
  return found
}
