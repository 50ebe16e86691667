import { sql, type Kysely } from 'kysely'
import { isBlockBetween, isPublishedFor } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import { idArray } from '../../../platform/postgres/database.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { blockedError, noSuchVideo } from '../../errors.ts'

/** That a user shared a video. */
export interface Share {
  readonly userId: string
  readonly videoId: string
}

export type ShareRepository = ReturnType<typeof createShareRepository>

/** Shares, and the share count of each video, where those of a user count once a day (UTC). */
export function createShareRepository(db: Kysely<SocialTables>) {
  return {
    /**
     * Adds shares in one statement and hence one transaction. Rows are locked in a fixed order (shares, videos; each by key).
     *
     * @returns for each, in order: nothing, or NotFound when the video does not exist, or Forbidden between blocked users.
     */
    async add(shares: readonly Share[]): Promise<Outcome<undefined>[]> {
      const distinct = [...new Map(shares.map((share) => [pairOf(share), share])).values()]
      const { rows } = await sql<Share & { isBlocked: boolean }>`
        with requested as materialized (
          select share.*, ${isBlockBetween(sql`share.user_id`, sql`video.author_id`)} as is_blocked
          from unnest(
            ${idArray(distinct.map((share) => share.userId))}::bigint[],
            ${idArray(distinct.map((share) => share.videoId))}::bigint[]
          ) as share (user_id, video_id)
          -- The limit makes each a look-up by key.
          cross join lateral (
            select author_id from video.published_videos as published
            where id = share.video_id and ${isPublishedFor(sql`share.user_id`, sql`published`)} limit 1
          ) as video
        ), added as (
          insert into shares (user_id, video_id)
          select user_id, video_id from requested where not is_blocked order by user_id, video_id
          on conflict do nothing
          returning video_id
        ), counted as (
          insert into video_counts as counts (video_id, share_count)
          select video_id, count(*) from added group by video_id order by video_id
          on conflict (video_id) do update set share_count = counts.share_count + excluded.share_count
        )
        select * from requested`.execute(db)
      const found = new Map(rows.map((row) => [pairOf(row), row]))
      return shares.map((share) => {
        const row = found.get(pairOf(share))
        if (!row) return noSuchVideo()
        return row.isBlocked ? blockedError() : undefined
      })
    },
  }
}

function pairOf({ userId, videoId }: Share): string {
  return `${userId}:${videoId}`
}
