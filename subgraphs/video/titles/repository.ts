import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { idArray } from '../../../platform/postgres/database.ts'
import { mentionsIn, possibleNames, type MentionPlace } from '../../../platform/text/mentions.ts'
import type { VideoRow } from '../videos/repository.ts'
import { readTitle, titleVersion, type NotifiedMention } from './read-title.ts'

/** How many titles are read in one transaction. */
const readAtOnce = 500

/**
 * The parts of a statement that store what titles say: search terms, and the week, by which a search goes back in time; topics;
 * mentions.
 *
 * @param titles the columns `id`, `author_id`, `published_at`, `title`, `is_hidden` and `visibility` of videos, and `reading` from `readTitle`.
 */
export function storeReadings(titles: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    readings as (${titles}), searched as (
      insert into search_terms (video_id, published_at, title_hash, terms)
      select id, published_at, hashtext(title),
        (reading ->> 'terms')::tsvector || array_to_tsvector(array[${weekTerm(sql`published_at`)}])
      from readings
      on conflict (video_id) do update set title_hash = excluded.title_hash, terms = excluded.terms
    ), former_topics as (
      delete from video_topics using readings
      where video_id = readings.id
        and topic not in (select topics ->> 'name' from jsonb_array_elements(reading -> 'topics') as topics)
    ), new_topics as (
      insert into video_topics (video_id, topic, written, published_at, is_hidden)
      select readings.id, name, written, published_at, is_hidden or visibility <> 'PUBLIC'
      from readings cross join jsonb_to_recordset(reading -> 'topics') as topics (name text, written text)
      on conflict do nothing
    ), former_mentions as (
      delete from mentions using readings
      where video_id = readings.id and (user_id, "offset") not in (
        select "userId", "offset" from jsonb_to_recordset(reading -> 'mentions') as mentions ("userId" bigint, "offset" integer)
      )
    ), new_mentions as (
      insert into mentions (id, video_id, user_id, author_id, "offset", length)
      select mentions.id, readings.id, "userId", author_id, "offset", mentions.length
      from readings
      cross join jsonb_to_recordset(reading -> 'mentions')
        as mentions (id bigint, "userId" bigint, "offset" integer, length integer)
      on conflict do nothing
    )`
}

/** The term of the week of a time. No text has a term that begins with `@`. */
export function weekTerm(time: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`('@' || floor(extract(epoch from ${time}) / 604800)::bigint)`
}

export type TitleRepository = ReturnType<typeof createTitleRepository>

/** What titles say. */
export function createTitleRepository(db: Kysely<VideoTables>) {
  /** Notes every title as unread when it was read by another version of the code. */
  async function noteVersion(): Promise<void> {
    await sql`
      with noted as (
        insert into title_reading as known (version) values (${titleVersion})
        on conflict (is_only) do update set version = excluded.version where known.version <> excluded.version
        returning version
      )
      insert into unread_titles (video_id) select id from videos where exists (select from noted)
      on conflict do nothing`.execute(db)
  }

  return {
    /** The users whom a text mentions. */
    async mentionsIn(text: string): Promise<MentionPlace[]> {
      const names = possibleNames(text)
      if (names.length === 0) return []
      const rows = await db
        .selectFrom('user.publicNames')
        .select(['id', 'name'])
        .where('name', '=', sql<string>`any(${names}::text[])`)
        .execute()
      return mentionsIn(text, new Map(rows.map(({ id, name }) => [name, id])))
    },

    /** The mentions in the titles of videos, in their order. */
    async mentionsOf(videoIds: readonly string[]): Promise<readonly (MentionPlace & { readonly videoId: string })[]> {
      return db
        .selectFrom('mentions')
        .select(['videoId', 'userId', 'offset', 'length'])
        .where('videoId', '=', sql<string>`any(${idArray(videoIds)}::bigint[])`)
        .orderBy('offset')
        .execute()
    },

    /**
     * Changes the title of an author's video, and what is found by it, in one statement; null when the author has no such video.
     */
    async setTitle(
      id: string,
      authorId: string,
      title: string,
      mentions: readonly NotifiedMention[],
    ): Promise<VideoRow | null> {
      const { rows } = await sql<VideoRow>`
        with changed as (
          update videos set title = ${title} where id = ${id} and author_id = ${authorId} returning *
        ), ${storeReadings(sql`select changed.*, ${readTitle(title, mentions)}::jsonb as reading from changed`)}
        select * from changed`.execute(db)
      return rows[0] ?? null
    },

    /**
     * Reads titles that were not read by the statement that wrote them, some hundred at a time until none is left. Several
     * processes may do it at once, and it may be repeated. Nobody is notified of mentions in them.
     *
     * @returns how many.
     */
    async readUnread(): Promise<number> {
      await noteVersion()
      let count = 0
      for (let more = readAtOnce; more === readAtOnce; count += more) {
        more = await db.transaction().execute(async (tx) => {
          const { rows } = await sql<{ id: string; title: string; mentions: NotifiedMention[] }>`
            select videos.id, title, coalesce((
              select json_agg(json_build_object(
                'id', mentions.id::text, 'userId', user_id::text, 'offset', "offset", 'length', length
              ))
              from mentions where video_id = videos.id
            ), '[]') as mentions
            from (select video_id from unread_titles order by video_id limit ${readAtOnce} for update skip locked) as unread
            join videos on videos.id = unread.video_id`.execute(tx)
          const ids = idArray(rows.map(({ id }) => id))
          const readings = rows.map(({ title, mentions }) => readTitle(title, mentions))
          await sql`
            with ${storeReadings(sql`
              select videos.*, read.reading
              from unnest(${ids}::bigint[], ${readings}::text[]::jsonb[]) as read (id, reading)
              cross join lateral (
                select id, author_id, published_at, title, is_hidden, visibility from videos where id = read.id limit 1
              ) as videos`)}
            delete from unread_titles where video_id = any (${ids}::bigint[])`.execute(tx)
          return rows.length
        })
      }
      return count
    },
  }
}
