import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { isPublic, isPublishedFor, isUnmoderated } from '../../../db/visibility.ts'
import { idArray } from '../../../platform/postgres/database.ts'

/** What a viewer has watched of a video. */
export interface View {
  readonly viewerId: string
  readonly videoId: string
  /** Where they are in the video. */
  readonly positionMs: number
  readonly isCompleted: boolean
  /** Whether it was watched for so long that it may count; otherwise only the position is stored. */
  readonly isLong: boolean
}

/** How far a viewer has watched a video. */
export interface Progress {
  readonly positionMs: number
  readonly isCompleted: boolean
}

export type ViewRepository = ReturnType<typeof createViewRepository>

/**
 * Who has watched what.
 *
 * @param keepsFeedback whether views that count are stored as feedback for a recommender, too.
 */
export function createViewRepository(db: Kysely<VideoTables>, { keepsFeedback = false } = {}) {
  /** A part of the statement: what the recommender is told of. */
  const feedback = keepsFeedback
    ? sql`told as (insert into feedback (user_id, video_id) select viewer_id, video_id from counting),`
    : sql``

  return {
    /**
     * Stores views, and counts those that count: not of one's own videos, not again within a day, not of videos that do not
     * exist or are not published for their viewer. One statement, hence one transaction; rows are locked in the order of their keys.
     *
     * @returns for each view whether it was counted.
     */
    async add(views: readonly View[]): Promise<boolean[]> {
      const distinct = [...new Map(views.map((view) => [keyOf(view), view])).values()]
      const { rows } = await sql<{ viewerId: string; videoId: string }>`
        with watched as materialized (
          select given.*, videos.author_id, date_trunc('month', now() at time zone 'utc')::date as month,
            (
              select max(counted_at) from views
              where views.viewer_id = given.viewer_id and views.video_id = given.video_id
                and views.month >= (date_trunc('month', now() at time zone 'utc') - interval '1 month')::date
            ) as counted_at
          from unnest(
            ${idArray(distinct.map(({ viewerId }) => viewerId))}::bigint[],
            ${idArray(distinct.map(({ videoId }) => videoId))}::bigint[],
            ${idArray(distinct.map(({ positionMs }) => positionMs))}::integer[],
            ${distinct.map(({ isCompleted }) => isCompleted)}::boolean[],
            ${distinct.map(({ isLong }) => isLong)}::boolean[]
          ) as given (viewer_id, video_id, position_ms, is_completed, is_long)
          cross join lateral (
            select author_id from videos
            where videos.id = given.video_id and ${isUnmoderated} and ${isPublishedFor(sql`given.viewer_id`, sql`videos`)} limit 1
          ) as videos
        ), stored as (
          insert into views as known (viewer_id, video_id, month, counted_at, position_ms, is_completed)
          select viewer_id, video_id, month,
            case when is_long and coalesce(counted_at < now() - interval '1 day', true) then now()
              else coalesce(counted_at, '-infinity') end,
            position_ms, is_completed
          from watched
          order by viewer_id, video_id
          on conflict (viewer_id, video_id, month) do update
          set position_ms = excluded.position_ms, is_completed = known.is_completed or excluded.is_completed,
            counted_at = case
              when excluded.counted_at > known.counted_at and known.counted_at < now() - interval '1 day'
              then excluded.counted_at else known.counted_at end
          returning viewer_id, video_id, counted_at
        ), counting as materialized (
          select viewer_id, video_id from stored join watched using (viewer_id, video_id)
          where stored.counted_at = now()::timestamptz(3) and watched.is_long and watched.author_id <> viewer_id
        ), ${feedback} counted as (
          insert into view_counts as counts (video_id, view_count)
          select video_id, count(*) from counting group by video_id order by video_id
          on conflict (video_id) do update set view_count = counts.view_count + excluded.view_count
        )
        select viewer_id, video_id from counting`.execute(db)
      const counted = new Set(rows.map(keyOf))
      // Of repetitions in one group, the last one stands for all.
      const isLast = new Map(views.map((view, index) => [keyOf(view), index]))
      return views.map((view, index) => counted.has(keyOf(view)) && isLast.get(keyOf(view)) === index)
    },

    /**
     * Counts views of callers without a token, of whom nothing is stored here.
     *
     * @returns for each whether its video exists.
     */
    async addAnonymous(videoIds: readonly string[]): Promise<boolean[]> {
      const { rows } = await sql<{ videoId: string }>`
        with watched as materialized (
          select given.video_id, count(*) as views
          from unnest(${idArray(videoIds)}::bigint[]) as given (video_id)
          cross join lateral (select from videos where videos.id = given.video_id and ${isPublic} limit 1) as videos
          group by given.video_id
        ), counted as (
          insert into view_counts as counts (video_id, view_count)
          select video_id, views from watched order by video_id
          on conflict (video_id) do update set view_count = counts.view_count + excluded.view_count
        )
        select video_id from watched`.execute(db)
      const found = new Set(rows.map(({ videoId }) => videoId))
      return videoIds.map((id) => found.has(id))
    },

    /** How often each video was viewed, if at all. */
    async counts(videoIds: readonly string[]): Promise<Map<string, number>> {
      const rows = await db
        .selectFrom('viewCounts')
        .select(['videoId', 'viewCount'])
        .where('videoId', '=', sql<string>`any(${idArray(videoIds)}::bigint[])`)
        .execute()
      return new Map(rows.map(({ videoId, viewCount }) => [videoId, Number(viewCount)]))
    },

    /** How far a viewer has watched each of some videos, if at all; within this month and the last one. */
    async progress(viewerId: string, videoIds: readonly string[]): Promise<Map<string, Progress>> {
      const { rows } = await sql<Progress & { videoId: string }>`
        select video_id, position_ms, is_completed from views
        where viewer_id = ${viewerId} and video_id = any(${idArray(videoIds)}::bigint[])
          and month >= (date_trunc('month', now() at time zone 'utc') - interval '1 month')::date
        order by month`.execute(db)
      return new Map(rows.map(({ videoId, ...progress }) => [videoId, progress]))
    },

    /** Makes the partitions of the next months; answers how many. It may be repeated. */
    async makePartitions(): Promise<number> {
      const { rows } = await sql<{ made: number }>`select make_view_partitions() as made`.execute(db)
      return rows[0]?.made ?? 0
    },
  }
}

function keyOf({ viewerId, videoId }: Pick<View, 'viewerId' | 'videoId'>): string {
  return `${viewerId}:${videoId}`
}
