import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { isEachVisibleTo, isPublic } from '../../../db/visibility.ts'
import { weekTerm } from '../titles/repository.ts'

/** A video that has all wanted terms. */
export interface Candidate {
  readonly id: string
  readonly publishedAt: Date
  readonly title: string
  readonly favoriteCount: number
  /** Whether the viewer may see it. */
  readonly isShown: boolean
}

/** Videos among which a search ranks, newest first. */
export interface Candidates {
  readonly videos: readonly Candidate[]
  /** Older ones were published before this; null when there are none. */
  readonly next: Date | null
}

export interface SearchQuestion {
  /** The wanted terms, as the text of a `tsquery`. */
  readonly query: string
  /** Only videos published before this; null for all. */
  readonly before: Date | null
  readonly viewerId: string | undefined
}

/** How many videos are ranked together. */
export const mostCandidates = 300
/** How many of the newest videos are looked at one by one. */
const newestVideos = 5_000
/** With so many among the newest, the term is common, and the newest are enough. */
const isCommonFrom = 100
/** A rare term has no more videos than this. */
const mostOfRareTerm = 4_000

/** How many weeks a search for a term that was common once goes back, at first and then. */
const weeksBack = [4, 32, 256, 10_000]

/** A video that has the terms, by which statement it was found does not matter. */
interface HitRow extends Candidate {
  readonly found: number
}

export type SearchRepository = ReturnType<typeof createSearchRepository>

/** Finds videos by the terms of their titles. */
export function createSearchRepository(db: Kysely<VideoTables>) {
  /**
   * Finds by the index of terms. Connections have bitmap scans off, without which a GIN index is not read at all; and here it is
   * the only index that may be.
   */
  async function findByTerm(hits: RawBuilder<unknown>, viewerId: string | undefined): Promise<readonly HitRow[]> {
    return db.transaction().execute(async (tx) => {
      await sql`set local enable_bitmapscan = on`.execute(tx)
      return (await candidatesAmong(hits, viewerId).execute(tx)).rows
    })
  }

  return {
    /**
     * The newest videos with the terms, at most `mostCandidates`. Common terms are looked for among the newest videos, which
     * ends as soon as there are enough; only terms that are rare there are looked up in the index, whose list is short then.
     * Where it is not, because a term was common once, the search goes back week by week.
     */
    async find({ query, before, viewerId }: SearchQuestion): Promise<Candidates> {
      const bound = before ?? 'infinity'
      const { rows: newest } = await candidatesAmong(hitsAmongNewest(query, bound), viewerId).execute(db)
      if (newest.length >= isCommonFrom) return candidatesOf(newest, false)
      const rare = await findByTerm(hitsByTerm(query, bound), viewerId)
      if ((rare[0]?.found ?? 0) <= mostOfRareTerm) return candidatesOf(rare, rare.length < mostCandidates)
      let byWeek: readonly HitRow[] = []
      let from = 0
      for (const weeks of weeksBack) {
        // Each is older than all of the weeks before.
        const older = await findByTerm(hitsByWeek(query, bound, from, weeks), viewerId)
        byWeek = [...byWeek, ...older].slice(0, mostCandidates)
        if (byWeek.length === mostCandidates) break
        from = weeks + 1
      }
      return candidatesOf(byWeek, false)
    },
  }
}

function candidatesOf(rows: readonly HitRow[], isAll: boolean): Candidates {
  return { videos: rows, next: isAll ? null : (rows.at(-1)?.publishedAt ?? null) }
}

/** Among the newest videos, read in their order. */
export function hitsAmongNewest(query: string, before: Date | string): RawBuilder<unknown> {
  return sql`
    select video_id, published_at from (
      select video_id, published_at, terms from search_terms
      where published_at < ${before} order by published_at desc limit ${sql.lit(newestVideos)}
    ) as newest
    where terms @@ ${query}::tsquery order by published_at desc limit ${sql.lit(mostCandidates)}`
}

/** By the index of terms, in no order; one more than a rare term has. */
export function hitsByTerm(query: string, before: Date | string): RawBuilder<unknown> {
  return sql`
    select video_id, published_at from search_terms
    where terms @@ ${query}::tsquery and ${isBefore(before)}
    limit ${sql.lit(mostOfRareTerm + 1)}`
}

/** By the index of terms, the newest weeks first; from one week back to another. */
export function hitsByWeek(query: string, before: Date | string, from: number, weeks: number): RawBuilder<unknown> {
  const week = (time: RawBuilder<unknown>) => sql`floor(extract(epoch from ${time}) / 604800)::bigint`
  return sql`
    select hits.video_id, hits.published_at
    from (
      select least(max(published_at), ${before}::timestamptz) as newest, min(published_at) as oldest from search_terms
    ) as all_videos
    cross join lateral generate_series(${from}::bigint, least(${weeks}, ${week(sql`newest`)} - ${week(sql`oldest`)})) as weeks_ago
    cross join lateral (
      select video_id, published_at from search_terms
      where terms @@ ((quote_literal(${weekTerm(sql`newest - weeks_ago * interval '1 week'`)}) || ' & (' || ${query} || ')')::tsquery)
        and ${isBefore(before)}
      limit ${sql.lit(mostOfRareTerm)}
    ) as hits
    limit ${sql.lit(mostOfRareTerm)}`
}

/** A condition on the publication time for which no index is considered. */
function isBefore(before: Date | string): RawBuilder<boolean> {
  return sql<boolean>`published_at + interval '0' < ${before}::timestamptz`
}

/** The newest of some videos, with what they are ranked by. Each look-up is by key, and its limit keeps it one. */
export function candidatesAmong(hits: RawBuilder<unknown>, viewerId: string | undefined): RawBuilder<HitRow> {
  const viewer = viewerId === undefined ? undefined : sql`${viewerId}::bigint`
  return sql<HitRow>`
    with hits as materialized (${hits}), newest as (
      -- Of too many, which are looked for in another way, only the count is of use.
      select * from hits order by published_at desc
      limit (select case when count(*) <= ${sql.lit(mostOfRareTerm)} then ${sql.lit(mostCandidates)} else 1 end from hits)
    )
    select newest.video_id as id, newest.published_at, videos.title, coalesce(counts.favorite_count, 0) as favorite_count,
      ${isPublic} and ${isEachVisibleTo(viewer, sql`videos.author_id`)} as is_shown,
      (select count(*)::integer from hits) as found
    from newest
    cross join lateral (select * from videos where videos.id = newest.video_id limit 1) as videos
    left join lateral (
      select favorite_count from social.favorite_counts where video_id = newest.video_id limit 1
    ) as counts on true
    order by newest.published_at desc`
}
