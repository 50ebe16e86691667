import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { idArray } from '../../../platform/postgres/database.ts'
import { termsOf, termsVersion, vectorOf } from '../../../platform/text/search-terms.ts'
import type { VideoRow } from '../videos/repository.ts'

/** How many titles are read in one transaction. */
const readAtOnce = 500

/** Something of a statement that has the columns of `videos`, and what its titles say. */
export interface TitleRows {
  /** The name of the rows in the statement: `id`, `published_at` and `title`. */
  readonly rows: RawBuilder<unknown>
  /** The terms of a title, as the text of a `tsvector`. */
  readonly terms: RawBuilder<unknown>
}

/** The part of a statement that makes titles searchable: their terms, and the week, by which a search goes back in time. */
export function storeTerms({ rows, terms }: TitleRows): RawBuilder<unknown> {
  return sql`
    insert into search_terms (video_id, published_at, title_hash, terms)
    select id, published_at, hashtext(title),
      ${terms}::tsvector || array_to_tsvector(array[${weekTerm(sql`published_at`)}])
    from ${rows}
    on conflict (video_id) do update set title_hash = excluded.title_hash, terms = excluded.terms`
}

/** The term of the week of a time. No text has a term that begins with `@`. */
export function weekTerm(time: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`('@' || floor(extract(epoch from ${time}) / 604800)::bigint)`
}

/** The terms of a title that is a parameter. */
export function termsOfTitle(title: string): RawBuilder<unknown> {
  return sql`${vectorOf(termsOf(title))}`
}

export type TitleRepository = ReturnType<typeof createTitleRepository>

/** What titles say. */
export function createTitleRepository(db: Kysely<VideoTables>) {
  /** Notes every title as unread when the terms were made by another version of the code. */
  async function noteVersion(): Promise<void> {
    await sql`
      with noted as (
        insert into title_reading as known (version) values (${termsVersion})
        on conflict (is_only) do update set version = excluded.version where known.version <> excluded.version
        returning version
      )
      insert into unread_titles (video_id) select id from videos where exists (select from noted)
      on conflict do nothing`.execute(db)
  }

  return {
    /**
     * Changes the title of an author's video, and what is found by it, in one statement; null when the author has no such video.
     */
    async setTitle(id: string, authorId: string, title: string): Promise<VideoRow | null> {
      const { rows } = await sql<VideoRow>`
        with changed as (
          update videos set title = ${title} where id = ${id} and author_id = ${authorId} returning *
        ), searched as (
          ${storeTerms({ rows: sql`changed`, terms: termsOfTitle(title) })}
        )
        select * from changed`.execute(db)
      return rows[0] ?? null
    },

    /**
     * Reads titles that were not read by the statement that wrote them, some hundred at a time until none is left. Several
     * processes may do it at once, and it may be repeated.
     *
     * @returns how many.
     */
    async readUnread(): Promise<number> {
      await noteVersion()
      let count = 0
      for (let more = readAtOnce; more === readAtOnce; count += more) {
        more = await db.transaction().execute(async (tx) => {
          const { rows } = await sql<{ id: string; title: string }>`
            select id, title
            from (select video_id from unread_titles limit ${readAtOnce} for update skip locked) as unread
            join videos on videos.id = unread.video_id`.execute(tx)
          const ids = idArray(rows.map(({ id }) => id))
          const vectors = rows.map(({ title }) => vectorOf(termsOf(title)))
          await sql`
            with titles as (
              select videos.id, published_at, videos.title, read.terms
              from unnest(${ids}::bigint[], ${vectors}::text[]) as read (id, terms)
              cross join lateral (select id, published_at, title from videos where id = read.id limit 1) as videos
            ), searched as (
              ${storeTerms({ rows: sql`titles`, terms: sql`titles.terms` })}
            )
            delete from unread_titles where video_id = any (${ids}::bigint[])`.execute(tx)
          return rows.length
        })
      }
      return count
    },
  }
}
