import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { UserTables } from '../../../db/ownership.ts'
import { isEachVisibleTo } from '../../../db/visibility.ts'
import { idArray } from '../../../platform/postgres/database.ts'
import { termsOf, termsVersion, vectorOf } from '../../../platform/text/search-terms.ts'

/** A user whose name has all wanted terms. */
export interface FoundName {
  readonly id: string
  readonly name: string
  readonly followerCount: number
}

export interface NameQuestion {
  /** The wanted terms, as the text of a `tsquery`. */
  readonly query: string
  /** A name that is found in any case. */
  readonly name: string
  readonly viewerId: string | undefined
}

/** How many users are ranked. */
const mostCandidates = 1_000
/** How many names are read in one transaction. */
const readAtOnce = 500

/** The statement that makes a name searchable. */
export function storeName(rows: RawBuilder<unknown>, terms: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into search_terms (user_id, name_hash, terms) select id, hashtext(name), ${terms}::tsvector from ${rows}
    on conflict (user_id) do update set name_hash = excluded.name_hash, terms = excluded.terms`
}

export type NameSearchRepository = ReturnType<typeof createNameSearchRepository>

/** Finds users by the terms of their names. */
export function createNameSearchRepository(db: Kysely<UserTables>) {
  async function noteVersion(): Promise<void> {
    await sql`
      with noted as (
        insert into name_reading as known (version) values (${termsVersion})
        on conflict (is_only) do update set version = excluded.version where known.version <> excluded.version
        returning version
      )
      insert into unread_names (user_id) select id from accounts where exists (select from noted)
      on conflict do nothing`.execute(db)
  }

  return {
    /** Users who are not banned, and whom the viewer has neither blocked nor muted. */
    async find(question: NameQuestion): Promise<readonly FoundName[]> {
      return db.transaction().execute(async (tx) => {
        // Connections have bitmap scans off, without which a GIN index is not read at all.
        await sql`set local enable_bitmapscan = on`.execute(tx)
        return (await namesWith(question).execute(tx)).rows
      })
    },

    /**
     * Reads names that were not read by the statement that wrote them, some hundred at a time until none is left. Several
     * processes may do it at once, and it may be repeated.
     *
     * @returns how many.
     */
    async readUnread(): Promise<number> {
      await noteVersion()
      let count = 0
      for (let more = readAtOnce; more === readAtOnce; count += more) {
        more = await db.transaction().execute(async (tx) => {
          const { rows } = await sql<{ id: string; name: string }>`
            select id, name
            from (select user_id from unread_names order by user_id limit ${readAtOnce} for update skip locked) as unread
            join accounts on accounts.id = unread.user_id`.execute(tx)
          const ids = idArray(rows.map(({ id }) => id))
          const vectors = rows.map(({ name }) => vectorOf(termsOf(name)))
          await sql`
            with names as (
              select accounts.id, accounts.name, read.terms
              from unnest(${ids}::bigint[], ${vectors}::text[]) as read (id, terms)
              cross join lateral (select id, name from accounts where id = read.id limit 1) as accounts
            ), searched as (
              ${storeName(sql`names`, sql`names.terms`)}
            )
            delete from unread_names where user_id = any (${ids}::bigint[])`.execute(tx)
          return rows.length
        })
      }
      return count
    },
  }
}

/** Each look-up is by key, and its limit keeps it one. */
export function namesWith({ query, name, viewerId }: NameQuestion): RawBuilder<FoundName> {
  const viewer = viewerId === undefined ? undefined : sql`${viewerId}::bigint`
  return sql<FoundName>`
    select known.id, known.name, coalesce(counts.follower_count, 0) as follower_count
    from (
      (select user_id from search_terms where terms @@ ${query}::tsquery limit ${sql.lit(mostCandidates)})
      union
      select id from accounts where accounts.name = ${name}
    ) as hits
    cross join lateral (
      select id, name from accounts where accounts.id = hits.user_id and banned_at is null limit 1
    ) as known
    left join lateral (
      select follower_count from social.follower_counts where user_id = known.id limit 1
    ) as counts on true
    where ${isEachVisibleTo(viewer, sql`known.id`)}`
}
