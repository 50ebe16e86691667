import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { decodeCursor } from '../../../platform/graphql/cursor.ts'
import { readAuditLog, type AuditRow as OwnedAuditRow } from '../../audit-log.ts'
import { removeVideo } from '../removal/repository.ts'

/** What was done to a video; never by an operator. */
export type AuditRow = OwnedAuditRow<'TAKE_DOWN_VIDEO', string>

/** What an author is told about a taken-down video. */
export interface TakeDownRow {
  readonly id: string
  readonly title: string
  readonly reason: string
  readonly takenDownAt: Date
}

/** A take-down and its record. */
export interface TakeDown {
  /** The id of its entry in the audit log. */
  readonly id: string
  readonly actorId: string
  readonly videoId: string
  readonly reason: string
}

export type ModerationRepository = ReturnType<typeof createModerationRepository>

/** Moderation of videos: take-downs, and hiding the videos of banned users. */
export function createModerationRepository(db: Kysely<VideoTables>) {
  return {
    /**
     * Takes down a video of any author, records it in the audit log, and stores the reason for the author; in one statement and
     * hence in one transaction.
     *
     * @returns its author; null when the video does not exist.
     */
    async takeDown({ id, actorId, videoId, reason }: TakeDown): Promise<{ readonly authorId: string } | null> {
      const { rows } = await sql<{ authorId: string }>`
        with ${removeVideo(sql`id = ${videoId}`, 0)}, told as (
          insert into take_downs (video_id, author_id, title, reason)
          select id, author_id, title, ${reason} from deleted
        ), logged as (
          insert into audit_log (id, actor_id, action, subject_id, reason)
          select ${id}, ${actorId}, 'TAKE_DOWN_VIDEO', id, ${reason} from deleted
        )
        select author_id from deleted`.execute(db)
      return rows[0] ?? null
    },

    /** A page of an author's taken-down videos, most recent first, plus one row when there are more. */
    async ofAuthor(authorId: string, page: PageArguments): Promise<TakeDownRow[]> {
      let query = db
        .selectFrom('takeDowns')
        .select(['videoId as id', 'title', 'reason', 'takenDownAt'])
        .where('authorId', '=', authorId)
      if (page.after != null) {
        const [milliseconds, videoId] = decodeCursor(page.after, 2)
        query = query.where(
          sql<boolean>`(taken_down_at, video_id) < (to_timestamp(${milliseconds}::float8 / 1000), ${videoId}::bigint)`,
        )
      }
      return query
        .orderBy('takenDownAt', 'desc')
        .orderBy('videoId', 'desc')
        .limit(page.first + 1)
        .execute()
    },

    /** A page of the audit log, newest first, plus one entry when there are more. */
    log: (page: PageArguments): Promise<AuditRow[]> => readAuditLog(db, page),

    /**
     * Hides the videos of all banned users, and shows those of users who are no longer banned. Several processes may do it at
     * once: the later ones find nothing to change.
     *
     * @returns how many videos changed.
     */
    async followBans(): Promise<number> {
      const { rows } = await sql`
        with hidden as (
          update videos set is_hidden = true from "user".banned_users as banned
          where videos.author_id = banned.id and not videos.is_hidden
          returning videos.id
        ), shown as (
          update videos set is_hidden = false
          where is_hidden and not exists (select from "user".banned_users as banned where banned.id = videos.author_id)
          returning id
        )
        select id from hidden union all select id from shown`.execute(db)
      return rows.length
    },
  }
}
