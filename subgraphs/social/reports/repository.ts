import { sql, type Kysely, type RawBuilder } from 'kysely'
import { isPublishedFor } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { decodeCursor, idBound } from '../../../platform/graphql/cursor.ts'
import { anyOf } from '../../../platform/postgres/database.ts'
import { readAuditLog, type AuditRow as OwnedAuditRow } from '../../audit-log.ts'

export type SubjectKind = 'VIDEO' | 'COMMENT' | 'USER'
export type ReportCategory =
  'SPAM' | 'HARASSMENT' | 'HATE' | 'NUDITY' | 'VIOLENCE' | 'SELF_HARM' | 'COPYRIGHT' | 'OTHER'
/** What moderators decide; GONE when the subject was removed by other means. */
export type Resolution = 'DISMISSED' | 'REMOVED' | 'BANNED'

/** A report to be stored. */
export interface NewReport {
  readonly id: string
  /** The id of the case, if it is the first report of the subject. */
  readonly caseId: string
  readonly kind: SubjectKind
  readonly subjectId: string
  readonly reporterId: string
  readonly category: ReportCategory
  readonly note: string
}

export interface ReportRow {
  readonly id: string
  readonly reporterId: string
  readonly category: ReportCategory
  readonly note: string
  readonly createdAt: Date
}

/** The reports of one subject together, and what was decided on them. */
export interface ReportCaseRow {
  readonly id: string
  readonly kind: SubjectKind
  readonly subjectId: string
  /** The author, or the user. */
  readonly ownerId: string
  readonly reportCount: number
  readonly reportedAt: Date
  readonly resolution: Resolution | 'GONE' | null
  readonly resolverId: string | null
  readonly reason: string | null
  readonly resolvedAt: Date | null
}

/** A decision and its record. */
export interface Decision {
  /** The id of its entry in the audit log. */
  readonly id: string
  readonly actorId: string
  readonly caseId: string
  readonly resolution: Resolution
  readonly reason: string
}

export type AuditRow = OwnedAuditRow<'DISMISS_REPORTS' | 'UPHOLD_REPORTS' | 'DELETE_COMMENT', string>

/** How many reports a user may send within 24 hours. */
export const reportsPerDay = 100
/** How many cases are closed at a time. */
const closedAtOnce = 1_000

const caseColumns = sql`
  id, subject_kind as kind, subject_id, owner_id, report_count, reported_at, resolution, resolver_id, reason, resolved_at`

type Subject = (id: RawBuilder<unknown>, userId?: RawBuilder<unknown>) => RawBuilder<unknown>

/** The subject with an id, and who is responsible for it; no row when it does not exist, or not for a user who is given. */
const subjects: Readonly<Record<SubjectKind, Subject>> = {
  VIDEO: (id, userId) => sql`
    select author_id as owner_id from video.published_videos as subject
    where subject.id = ${id} and ${userId ? isPublishedFor(userId, sql`subject`) : sql`true`} limit 1`,
  COMMENT: (id, userId) => sql`
    select subject.author_id as owner_id from comments as subject
    join video.published_videos as video on video.id = subject.video_id
    where subject.id = ${id} and ${userId ? isPublishedFor(userId, sql`video`) : sql`true`} limit 1`,
  USER: (id) =>
    sql`select subject.id as owner_id from "user".registered_users as subject where subject.id = ${id} limit 1`,
}

/** Whether the subject of a case exists. Each is a look-up by key. */
const isThere = sql<boolean>`(case subject_kind
  when 'VIDEO' then exists (${subjects.VIDEO(sql`subject_id`)})
  when 'COMMENT' then exists (${subjects.COMMENT(sql`subject_id`)})
  else exists (${subjects.USER(sql`subject_id`)}) end)`

export type ReportRepository = ReturnType<typeof createReportRepository>

/** Reports of videos, comments and users, and the cases made of them. */
export function createReportRepository(db: Kysely<SocialTables>) {
  return {
    /**
     * Stores a report and counts it in the case of its subject, which it opens; does nothing when its reporter has reported the
     * subject before, is responsible for it, or has sent too many. Once the case is resolved, a report replaces the one that the
     * reporter sent before, and opens the case again.
     *
     * @returns null when the subject does not exist.
     */
    async add(
      report: NewReport,
    ): Promise<{ ownerId: string; sentToday: number; isNew: boolean; wasKnown: boolean } | null> {
      const { kind, subjectId, reporterId } = report
      const { rows } = await sql<{ ownerId: string; sentToday: number; isNew: boolean; wasKnown: boolean }>`
        with subject as materialized (
          ${subjects[kind](sql`${subjectId}::bigint`, sql`${reporterId}::bigint`)}
        ), known as materialized (
          select exists (
            select from reports where subject_kind = ${kind} and subject_id = ${subjectId} and reporter_id = ${reporterId}
          ) as is_known
        ), sent as materialized (
          select count(*)::integer as reports from (
            select from reports
            where reporter_id = ${reporterId} and created_at > now() - interval '1 day' limit ${reportsPerDay}
          ) as recent
        ), added as (
          insert into reports (subject_kind, subject_id, reporter_id, id, category, note)
          select ${kind}, ${subjectId}, ${reporterId}, ${report.id}, ${report.category}, ${report.note}
          from subject, sent where owner_id <> ${reporterId} and sent.reports < ${reportsPerDay}
          on conflict (subject_kind, subject_id, reporter_id) do update
          set id = excluded.id, category = excluded.category, note = excluded.note, created_at = now()
          where exists (
            select from report_cases
            where subject_kind = ${kind} and subject_id = ${subjectId} and resolution is not null
          )
          -- Of a row that is new, no transaction is the last to have locked it.
          returning id, (xmax = 0)::integer as added_reports
        ), counted as (
          insert into report_cases as cases (id, subject_kind, subject_id, owner_id, report_count)
          select ${report.caseId}, ${kind}, ${subjectId}, owner_id, added_reports from subject, added
          on conflict (subject_kind, subject_id) do update
          set report_count = cases.report_count + excluded.report_count, reported_at = now(), resolution = null, resolver_id = null,
            reason = null, resolved_at = null
        )
        select owner_id, sent.reports as sent_today, known.is_known as was_known, exists (select from added) as is_new
        from subject, sent, known`.execute(db)
      return rows[0] ?? null
    },

    /** A page of the open cases whose subjects exist, the most often reported first, plus one when there are more. */
    async open(page: PageArguments): Promise<ReportCaseRow[]> {
      const [count = '2147483647', id = String(2 ** 53)] = page.after == null ? [] : decodeCursor(page.after, 2)
      const { rows } = await sql<ReportCaseRow>`
        select ${caseColumns} from report_cases
        where resolution is null and (report_count, id) < (${count}::bigint, ${id}::bigint) and ${isThere}
        order by report_count desc, id desc limit ${page.first + 1}`.execute(db)
      return rows
    },

    /** A page of the resolved cases, the newest first, plus one when there are more. */
    async resolved(page: PageArguments): Promise<ReportCaseRow[]> {
      const [, id = String(2 ** 53)] = page.after == null ? [] : decodeCursor(page.after, 2)
      const { rows } = await sql<ReportCaseRow>`
        select ${caseColumns} from report_cases where resolution is not null and id < ${id}
        order by id desc limit ${page.first + 1}`.execute(db)
      return rows
    },

    async find(caseId: string): Promise<ReportCaseRow | null> {
      const { rows } = await sql<ReportCaseRow>`
        select ${caseColumns} from report_cases where id = ${caseId}`.execute(db)
      return rows[0] ?? null
    },

    /** A page of the reports of a case, newest first, plus one when there are more. */
    async ofCase(caseId: string, page: PageArguments): Promise<ReportRow[]> {
      const { rows } = await sql<ReportRow>`
        select reports.id, reporter_id, category, note, created_at
        from report_cases join reports using (subject_kind, subject_id)
        where report_cases.id = ${caseId} and reports.id < ${idBound(page)}
        order by reports.id desc limit ${page.first + 1}`.execute(db)
      return rows
    },

    /** Whether the video of a case still exists, and whether the user responsible for it is banned. */
    async stateOf({ kind, subjectId, ownerId }: ReportCaseRow): Promise<{ isThere: boolean; isBanned: boolean }> {
      const { rows } = await sql<{ isThere: boolean; isBanned: boolean }>`
        select exists (${subjects[kind](sql`${subjectId}::bigint`)}) as is_there,
          not exists (${subjects.USER(sql`${ownerId}::bigint`)}) as is_banned`.execute(db)
      return rows[0] ?? { isThere: false, isBanned: false }
    },

    /** Resolves an open case and records it in one statement; does nothing when it is resolved already. */
    async resolve({ id, actorId, caseId, resolution, reason }: Decision): Promise<void> {
      const action = resolution === 'DISMISSED' ? 'DISMISS_REPORTS' : 'UPHOLD_REPORTS'
      await sql`
        with resolved as (
          update report_cases
          set resolution = ${resolution}, resolver_id = ${actorId}, reason = ${reason}, resolved_at = now()
          where id = ${caseId} and resolution is null
          returning subject_id
        )
        insert into audit_log (id, actor_id, action, subject_id, reason)
        select ${id}, ${actorId}, ${action}, subject_id, ${reason} from resolved`.execute(db)
    },

    /** Closes open cases whose subjects do not exist any more, a thousand at a time; answers how many. */
    async closeGone(): Promise<number> {
      const { rows } = await sql<{ closed: number }>`
        with closed as (
          update report_cases set resolution = 'GONE', resolved_at = now()
          where id = any (array(select id from report_cases where resolution is null and not ${isThere} limit ${closedAtOnce}))
            and resolution is null
          returning id
        )
        select count(*)::integer as closed from closed`.execute(db)
      return rows[0]?.closed ?? 0
    },

    /** Those of the videos that were reported. */
    async videosAmong(videoIds: readonly string[]): Promise<ReadonlySet<string>> {
      const rows = await db
        .selectFrom('reportCases')
        .select('subjectId')
        .where('subjectKind', '=', 'VIDEO')
        .where('subjectId', '=', anyOf(videoIds))
        .execute()
      return new Set(rows.map(({ subjectId }) => subjectId))
    },

    /** A page of the audit log, newest first, plus one entry when there are more. */
    log: (page: PageArguments): Promise<AuditRow[]> => readAuditLog(db, page),
  }
}
