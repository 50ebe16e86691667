import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import { groupBy } from '../../../platform/postgres/group-by.ts'
import { idArray } from '../../../platform/postgres/database.ts'
import { prepareRead } from '../../../platform/postgres/prepared-read.ts'
import { idSetIn, type IdSet, type ManyIds } from './id-set.ts'

/** A page as one user sees it. */
export interface PageOfViewer {
  readonly viewerId: string
  readonly videoIds: readonly string[]
  readonly userIds: readonly string[]
}

/** Which videos of a page the viewer likes, and which users they follow, have blocked and have muted. */
export interface FlagsOfPage {
  readonly favoriteVideoIds: readonly string[]
  readonly followedUserIds: readonly string[]
  readonly blockedUserIds: readonly string[]
  readonly mutedUserIds: readonly string[]
}

type FlagName = keyof FlagsOfPage

/** Where a flag is stored: in a table whose key begins with the viewer, followed by the other id. */
interface Relation {
  readonly idsOf: (page: PageOfViewer) => readonly string[]
  /** The columns `viewer_id`, `id`, and `is_set`, whether the row has this flag. */
  readonly rows: RawBuilder<unknown>
}

const relations: Readonly<Record<FlagName, Relation>> = {
  favoriteVideoIds: {
    idsOf: (page) => page.videoIds,
    rows: sql`(select user_id as viewer_id, video_id as id, true as is_set from likes)`,
  },
  followedUserIds: {
    idsOf: (page) => page.userIds,
    rows: sql`(select follower_id as viewer_id, followee_id as id, true as is_set from follows)`,
  },
  blockedUserIds: {
    idsOf: (page) => page.userIds,
    rows: sql`(select owner_id as viewer_id, other_id as id, kind = 'BLOCK' as is_set from boundaries)`,
  },
  mutedUserIds: {
    idsOf: (page) => page.userIds,
    rows: sql`(select owner_id as viewer_id, other_id as id, kind = 'MUTE' as is_set from boundaries)`,
  },
}
const flagNames = Object.keys(relations) as FlagName[]

/** How many rows of a viewer are scanned for a page; if more lie within the range of its ids, each id is looked up. */
const maxScanned = 100

/** The maximum number of a viewer's relations of one kind that are read as a whole; beyond that, those of a page are read. */
export const maxOfViewer = 1_000

/** All users whom a viewer follows, has blocked and has muted. */
export interface UsersOfViewer {
  readonly followed: IdSet | ManyIds
  readonly blocked: IdSet | ManyIds
  readonly muted: IdSet | ManyIds
}

export type ReadFlags = (page: PageOfViewer) => Promise<FlagsOfPage>

export type FlagRepository = ReturnType<typeof createFlagRepository>

/** Likes, follows, blocks and mutes, read together. */
export function createFlagRepository(db: Kysely<SocialTables>) {
  const readStretches = prepareRead(db, () => stretches.compile(db))
  const readUsers = prepareRead(db, () => usersOfViewers.compile(db))
  const readLikes = prepareRead(db, () => likesOfViewers.compile(db))

  /**
   * For each page, in order, and each flag: the ids within the range of the page that have it, or null when there are too many.
   * Pages mostly contain ids that are close together, and viewers have few relations within that range, so scanning the range
   * of a key once costs a fraction of thirty look-ups.
   */
  async function lookThrough(pages: readonly PageOfViewer[]): Promise<Record<FlagName, readonly string[] | null>[]> {
    const videos = pages.map((page) => boundsOf(page.videoIds))
    const users = pages.map((page) => boundsOf(page.userIds))
    const rows = await readStretches([
      idArray(pages.map((page) => page.viewerId)),
      ...[videos, users].flatMap((bounds) => [
        idArray(bounds.map(({ low }) => low)),
        idArray(bounds.map(({ high }) => high)),
      ]),
    ])
    return rows.map((row) =>
      ofEach((name) => {
        const ids = row[name]
        return ids === '' ? [] : (ids?.split(',') ?? null)
      }),
    )
  }

  /** The ids of each page that have a flag, in the order of the pages. Each look-up is by key. */
  async function lookUp(name: FlagName, pages: readonly PageOfViewer[]): Promise<string[][]> {
    const { idsOf, rows: relation } = relations[name]
    const wanted = pages.flatMap((page, place) => idsOf(page).map((id) => ({ place, viewerId: page.viewerId, id })))
    const { rows } = await sql<{ place: number; id: string }>`
      select wanted.place, wanted.id
      from unnest(
        ${idArray(wanted.map(({ place }) => place))}::integer[],
        ${idArray(wanted.map(({ viewerId }) => viewerId))}::bigint[], ${idArray(wanted.map(({ id }) => id))}::bigint[]
      ) as wanted (place, viewer_id, id)
      -- The limit keeps them from becoming a join. A person has two rows at most about another.
      cross join lateral (
        select is_set from ${relation} as rows
        where rows.viewer_id = wanted.viewer_id and rows.id = wanted.id limit 2
      ) as rows
      where is_set`.execute(db)
    const found = groupBy(rows, (row) => row.place)
    return pages.map((_, place) => (found.get(place) ?? []).map(({ id }) => id))
  }

  return {
    /** The relations of each viewer to users. */
    async usersOf(viewerIds: readonly string[]): Promise<Map<string, UsersOfViewer>> {
      const rows = await readUsers([idArray(viewerIds)])
      return new Map(
        rows.map(({ viewerId, followed, blocked, muted }) => [
          viewerId,
          { followed: idSetIn(followed), blocked: idSetIn(blocked), muted: idSetIn(muted) },
        ]),
      )
    },

    /** The likes of each viewer. */
    async likesOf(viewerIds: readonly string[]): Promise<Map<string, IdSet | ManyIds>> {
      const rows = await readLikes([idArray(viewerIds)])
      return new Map(rows.map(({ viewerId, liked }) => [viewerId, idSetIn(liked)]))
    },

    /** The flags of pages, in their order. */
    async ofPages(pages: readonly PageOfViewer[]): Promise<FlagsOfPage[]> {
      const lookedThrough = await lookThrough(pages)
      const flags = pages.map((page, place) =>
        ofEach((name) => {
          const ids = lookedThrough[place]?.[name] ?? []
          return ids.length === 0 ? ids : among(relations[name].idsOf(page), ids)
        }),
      )
      await Promise.all(
        flagNames.map(async (name) => {
          const places = [...pages.keys()].filter((place) => lookedThrough[place]?.[name] === null)
          if (places.length === 0) return
          const found = await lookUp(
            name,
            places.flatMap((place) => pages[place] ?? []),
          )
          for (const [index, place] of places.entries()) {
            const page = flags[place]
            if (page) page[name] = found[index] ?? []
          }
        }),
      )
      return flags
    },
  }
}

/** One row per page. The parameters are arrays: viewers, the lowest and highest ids of videos, and those of users. */
const stretches = sql<Record<FlagName, string | null>>`
  select ${sql.join(
    flagNames.map((name) => {
      const bounds = name === 'favoriteVideoIds' ? sql`low_video and high_video` : sql`low_user and high_user`
      return sql`(
        select case when count(*) <= ${sql.lit(maxScanned)}
          then coalesce(string_agg(id::text, ',') filter (where is_set), '') end
        from (
          select id, is_set from ${relations[name].rows} as rows
          where rows.viewer_id = pages.viewer_id and rows.id between ${bounds} limit ${sql.lit(maxScanned + 1)}
        ) as rows
      ) as ${sql.ref(name)}`
    }),
  )}
  from unnest(${''}::bigint[], ${''}::bigint[], ${''}::bigint[], ${''}::bigint[], ${''}::bigint[])
    with ordinality as pages (viewer_id, low_video, high_video, low_user, high_user, place)
  order by place`

/** All ids with a flag of `viewers.viewer_id`, or null when there are too many. */
function allIds(name: FlagName): RawBuilder<string | null> {
  return sql`(
    select case when count(*) <= ${sql.lit(maxOfViewer)}
      then coalesce(string_agg(id::text, ',') filter (where is_set), '') end
    from (
      select id, is_set from ${relations[name].rows} as rows
      where rows.viewer_id = viewers.viewer_id limit ${sql.lit(maxOfViewer + 1)}
    ) as rows
  )`
}

/** The parameter is an array of the viewers. */
const usersOfViewers = sql<Record<'followed' | 'blocked' | 'muted', string | null> & { readonly viewerId: string }>`
  select viewers.viewer_id, ${allIds('followedUserIds')} as followed, ${allIds('blockedUserIds')} as blocked,
    ${allIds('mutedUserIds')} as muted
  from unnest(${''}::bigint[]) as viewers (viewer_id)`
const likesOfViewers = sql<{ readonly viewerId: string; readonly liked: string | null }>`
  select viewers.viewer_id, ${allIds('favoriteVideoIds')} as liked from unnest(${''}::bigint[]) as viewers (viewer_id)`

function ofEach<Value>(valueOf: (name: FlagName) => Value): Record<FlagName, Value> {
  return {
    favoriteVideoIds: valueOf('favoriteVideoIds'),
    followedUserIds: valueOf('followedUserIds'),
    blockedUserIds: valueOf('blockedUserIds'),
    mutedUserIds: valueOf('mutedUserIds'),
  }
}

/** The smallest and the largest of some ids; an empty range for none. */
function boundsOf(ids: readonly string[]): { readonly low: number; readonly high: number } {
  let [low, high] = [Number.MAX_SAFE_INTEGER, 0]
  for (const id of ids) {
    low = Math.min(low, Number(id))
    high = Math.max(high, Number(id))
  }
  return { low, high }
}

function among(wanted: readonly string[], ids: readonly string[]): string[] {
  const isWanted = new Set(wanted)
  return ids.filter((id) => isWanted.has(id))
}
