import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { isEachVisibleTo, isPublic } from '../../../db/visibility.ts'

/** Why a video is recommended. */
export type Reason = 'NEW' | 'TRENDING' | 'LIKED_AUTHOR' | 'FOLLOWED' | 'LIKED_TOPIC' | 'RECOMMENDER' | 'SEEN'

/** A video that may be recommended. */
export interface Recommendable {
  readonly id: string
  readonly authorId: string
  readonly publishedAt: Date
  readonly favoriteCount: number
  readonly reason: Reason
}

/** A video on a page of recommendations. */
export interface Recommended {
  readonly id: string
  readonly reason: Reason
  /** From 0, within the session. */
  readonly place: number
}

export interface Session {
  readonly viewerId: string
  readonly seed: string
}

export type DislikeKind = 'VIDEO' | 'AUTHOR' | 'TOPIC'

/** How many of a user's likes and follows say what they like, and how many videos each of them brings. */
const most = { pool: 100, likes: 20, ofEach: 10, followed: 100 }
/** How many old rows are removed at a time, and after how many days. */
const removed = { atOnce: 10_000, days: 2 }

export type RecommendationRepository = ReturnType<typeof createRecommendationRepository>

/** What may be recommended to whom, and what was. */
export function createRecommendationRepository(db: Kysely<VideoTables>) {
  return {
    /** The part of a session that was read before, from a place on. */
    async read({ viewerId, seed }: Session, from: number, count: number): Promise<Recommended[]> {
      const rows = await db
        .selectFrom('recommendations')
        .select(['videoId as id', 'reason', 'place'])
        .where('viewerId', '=', viewerId)
        .where('seed', '=', seed)
        .where('place', '>=', from)
        .orderBy('place')
        .limit(count)
        .execute()
      return rows as Recommended[]
    },

    /** Notes what is shown in a session. Of two calls for the same page, the later one changes nothing. */
    async add({ viewerId, seed }: Session, page: readonly Recommended[]): Promise<void> {
      if (page.length === 0) return
      await db
        .insertInto('recommendations')
        .values(page.map(({ id, reason, place }) => ({ viewerId, seed, place, videoId: id, reason })))
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },

    /** What may be recommended next: out of several pools, of which every one is a bounded read. */
    async candidates(session: Session): Promise<Recommendable[]> {
      return (await candidatesOf(session).execute(db)).rows
    },

    /** Videos that the viewer has seen, when nothing else is left; newest first. */
    async seen(session: Session, count: number): Promise<Recommendable[]> {
      return (await seenOf(session, count).execute(db)).rows
    },

    /** Those of some videos, in their order, that may be recommended. */
    async among(session: Session, ids: readonly string[]): Promise<Recommendable[]> {
      return (await among(session, ids).execute(db)).rows
    },

    async dislike(userId: string, kind: DislikeKind, subject: string): Promise<void> {
      await db
        .insertInto('dislikes')
        .values({ userId, kind, subject })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },

    /** Removes sessions that nobody goes on with; answers how many rows. */
    async removeOld(): Promise<number> {
      const { rows } = await sql`
        delete from recommendations where ctid = any (array(
          select ctid from recommendations where created_at < now() - ${removed.days} * interval '1 day'
          order by created_at limit ${removed.atOnce}
        )) returning seed`.execute(db)
      return rows.length
    },
  }
}

/** Conditions on rows of `videos`: each look-up is by key, and its limit keeps it one. */
function isNewTo({ viewerId, seed }: Session, isSeenAllowed = false): RawBuilder<boolean> {
  const viewer = sql`${viewerId}::bigint`
  const seen = sql`(select true from views where views.viewer_id = ${viewer} and views.video_id = videos.id limit 1)`
  // Asked first: of a viewer who has seen thousands, it decides for nearly all. The planner would ask it last, because it takes the
  // most look-ups, one in each partition.
  return sql<boolean>`(${isPublic} and videos.author_id <> ${viewer}
    and case when ${isSeenAllowed ? sql`false` : seen} then false else (
      select true from recommendations as shown
      where shown.viewer_id = ${viewer} and shown.seed = ${seed}::bigint and shown.video_id = videos.id limit 1
    ) is null
    and (
      select true from dislikes where user_id = ${viewer} and (kind, subject) in (
        ('VIDEO', videos.id::text), ('AUTHOR', videos.author_id::text)
      ) limit 1
    ) is null
    and (
      select true from video_topics as tagged
      join dislikes on dislikes.user_id = ${viewer} and kind = 'TOPIC' and subject = tagged.topic
      where tagged.video_id = videos.id limit 1
    ) is null
    and ${isEachVisibleTo(viewer, sql`videos.author_id`)} end)`
}

const columns = sql`videos.id, videos.author_id, videos.published_at`
const likes = sql`
  left join lateral (
    select favorite_count from social.favorite_counts where video_id = found.id limit 1
  ) as counts on true`

export function candidatesOf(session: Session): RawBuilder<Recommendable> {
  const { viewerId } = session
  const isNew = isNewTo(session)
  const video = (id: RawBuilder<unknown>) =>
    sql`cross join lateral (select * from videos where videos.id = ${id} limit 1) as videos`
  const newestOf = (authorId: RawBuilder<unknown>) => sql`
    cross join lateral (
      select id, author_id, published_at, is_hidden, visibility from videos
      where videos.author_id = ${authorId} and ${isPublic} order by published_at desc limit ${sql.lit(most.ofEach)}
    ) as videos`
  return sql<Recommendable>`
    with liked as materialized (
      select video_id from social.given_likes where user_id = ${viewerId} order by id desc limit ${sql.lit(most.likes)}
    ), liked_authors as materialized (
      select distinct videos.author_id from liked ${video(sql`liked.video_id`)}
    ), liked_topics as materialized (
      select distinct topic from liked join video_topics on video_topics.video_id = liked.video_id
    ), found as (
      (select ${columns}, 'FOLLOWED' as reason, 2 as rank
        from (select followee_id from social.followings where follower_id = ${viewerId} limit ${sql.lit(most.followed)}) as followed
        ${newestOf(sql`followed.followee_id`)} where ${isNew} limit ${sql.lit(most.pool)})
      union all
      (select ${columns}, 'LIKED_AUTHOR', 1 from liked_authors ${newestOf(sql`liked_authors.author_id`)} where ${isNew}
        limit ${sql.lit(most.pool)})
      union all
      (select ${columns}, 'LIKED_TOPIC', 3
        from liked_topics
        cross join lateral (
          select video_id from video_topics as tagged
          where tagged.topic = liked_topics.topic and not tagged.is_hidden
          order by tagged.published_at desc limit ${sql.lit(most.ofEach)}
        ) as tagged
        ${video(sql`tagged.video_id`)} where ${isNew} limit ${sql.lit(most.pool)})
      union all
      (select ${columns}, 'TRENDING', 4
        from (select video_id, score from trends order by score desc, video_id desc) as trends
        ${video(sql`trends.video_id`)} where ${isNew} limit ${sql.lit(most.pool)})
      union all
      -- Goes back in time until there are enough that the viewer has not seen.
      (select ${columns}, 'NEW', 5 from videos where ${isNew} order by published_at desc limit ${sql.lit(most.pool)})
    )
    select distinct on (found.id) found.id, author_id, published_at, reason, coalesce(favorite_count, 0) as favorite_count
    from found ${likes} order by found.id, rank`
}

function seenOf(session: Session, count: number): RawBuilder<Recommendable> {
  return sql<Recommendable>`
    select found.*, coalesce(favorite_count, 0) as favorite_count
    from (
      select ${columns}, 'SEEN' as reason from videos where ${isNewTo(session, true)} order by published_at desc limit ${count}
    ) as found ${likes}`
}

function among(session: Session, ids: readonly string[]): RawBuilder<Recommendable> {
  return sql<Recommendable>`
    select found.*, coalesce(favorite_count, 0) as favorite_count
    from (
      select ${columns}, 'RECOMMENDER' as reason
      from unnest(${ids}::bigint[]) with ordinality as wanted (id, place)
      cross join lateral (select * from videos where videos.id = wanted.id limit 1) as videos
      where ${isNewTo(session)} order by place
    ) as found ${likes}`
}
