import { sql, type Kysely } from 'kysely'
import { isBlockBetween, isPublishedFor } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { idBound } from '../../../platform/graphql/cursor.ts'
import { idArray } from '../../../platform/postgres/database.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { blockedError, noSuchVideo } from '../../errors.ts'
import type { ListEdge } from '../list-edges.ts'
import { readPairs } from '../../../platform/postgres/pairs.ts'

/** A bookmark to be added or removed. Ids increase with time. */
export interface BookmarkChange {
  readonly id: string
  readonly userId: string
  readonly videoId: string
  readonly bookmarked: boolean
}

export type BookmarkRepository = ReturnType<typeof createBookmarkRepository>

/** Bookmarks, which only their users see, and the bookmark count of each video. */
export function createBookmarkRepository(db: Kysely<SocialTables>) {
  return {
    /** A page of a user's bookmarks, most recent first, plus one row when there are more. */
    async page(userId: string, page: PageArguments): Promise<ListEdge[]> {
      const { rows } = await sql<ListEdge>`
        select id, video_id as other_id from bookmarks
        where user_id = ${userId} and id < ${idBound(page)} order by id desc limit ${page.first + 1}`.execute(db)
      return rows
    },

    /** Which of some videos are bookmarked, each asked for as `viewer:video`. */
    bookmarked: readPairs(db, sql`(select user_id, video_id as other_id from bookmarks)`),

    /**
     * Applies changes in one statement and hence one transaction. Rows are locked in a fixed order (bookmarks to add, bookmarks
     * to remove, videos; each by key).
     *
     * @returns for each change, in order: nothing, or NotFound when the video does not exist, or Forbidden between blocked users.
     */
    async apply(changes: readonly BookmarkChange[]): Promise<Outcome<undefined>[]> {
      // Changes of the same pair are concurrent, so any order is correct; the last one wins.
      const distinct = [...new Map(changes.map((change) => [pairOf(change), change])).values()]
      const { rows } = await sql<{ userId: string; videoId: string; isBlocked: boolean }>`
        with requested as materialized (
          select change.*,
            change.bookmarked and ${isBlockBetween(sql`change.user_id`, sql`video.author_id`)} as is_blocked
          from unnest(
            ${idArray(distinct.map((change) => change.userId))}::bigint[],
            ${idArray(distinct.map((change) => change.videoId))}::bigint[],
            ${idArray(distinct.map((change) => change.id))}::bigint[],
            ${distinct.map((change) => change.bookmarked)}::boolean[]
          ) as change (user_id, video_id, id, bookmarked)
          -- The limit makes each a look-up by key.
          cross join lateral (
            select author_id from video.published_videos as published
            where id = change.video_id and ${isPublishedFor(sql`change.user_id`, sql`published`)} limit 1
          ) as video
        ), added as (
          insert into bookmarks (user_id, video_id, id)
          select user_id, video_id, id from requested where bookmarked and not is_blocked order by user_id, video_id
          on conflict do nothing
          returning video_id
        ), doomed as (
          select bookmark.ctid
          from (select * from requested where not bookmarked order by user_id, video_id) as unwanted
          cross join lateral (
            select ctid from bookmarks
            where bookmarks.user_id = unwanted.user_id and bookmarks.video_id = unwanted.video_id
            for update
          ) as bookmark
        ), removed as (
          delete from bookmarks where ctid = any (array(select ctid from doomed))
          returning video_id
        ), counted as (
          insert into video_counts as counts (video_id, bookmark_count)
          select video_id, sum(count)
          from (select video_id, 1 as count from added union all select video_id, -1 from removed) as difference
          group by video_id having sum(count) <> 0 order by video_id
          on conflict (video_id) do update set bookmark_count = counts.bookmark_count + excluded.bookmark_count
        )
        select user_id, video_id, is_blocked from requested`.execute(db)
      const found = new Map(rows.map((row) => [pairOf(row), row]))
      return changes.map((change) => {
        const row = found.get(pairOf(change))
        if (!row) return noSuchVideo()
        return row.isBlocked && change.bookmarked ? blockedError() : undefined
      })
    },
  }
}

function pairOf({ userId, videoId }: Pick<BookmarkChange, 'userId' | 'videoId'>): string {
  return `${userId}:${videoId}`
}
