import { sql, type Kysely } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import { idArray } from '../../../platform/postgres.ts'

/** A page as one person sees it. */
export interface PageOfViewer {
  readonly viewerId: string
  readonly videoIds: readonly string[]
  readonly userIds: readonly string[]
}

/** What of a page its viewer likes, and whom of it he follows, has blocked and has muted. */
export interface FlagsOfPage {
  readonly favoriteVideoIds: readonly string[]
  readonly followedUserIds: readonly string[]
  readonly blockedUserIds: readonly string[]
  readonly mutedUserIds: readonly string[]
}

/** What the viewer has to do with somebody or something, and where that stands in the flags. */
const places = {
  LIKE: 'favoriteVideoIds',
  FOLLOW: 'followedUserIds',
  BLOCK: 'blockedUserIds',
  MUTE: 'mutedUserIds',
} as const

export type ReadFlags = (page: PageOfViewer) => Promise<FlagsOfPage>

export type FlagRepository = ReturnType<typeof createFlagRepository>

/** Likes, follows, blocks and mutes, asked for together. */
export function createFlagRepository(db: Kysely<SocialTables>) {
  return {
    /** The flags of pages, in their order. Each look-up is one by a key; the limit keeps them from becoming a join. */
    async ofPages(pages: readonly PageOfViewer[]): Promise<FlagsOfPage[]> {
      const likes = wanted(pages, (page) => page.videoIds)
      const people = wanted(pages, (page) => page.userIds)
      const ofPeople = sql`
        unnest(${idArray(people.pages)}::integer[], ${idArray(people.viewerIds)}::bigint[], ${idArray(people.ids)}::bigint[])
          as wanted (page, viewer_id, id)`
      const { rows } = await sql<{ page: number; id: string; kind: keyof typeof places }>`
        select wanted.page, wanted.id, 'LIKE' as kind
        from unnest(${idArray(likes.pages)}::integer[], ${idArray(likes.viewerIds)}::bigint[], ${idArray(likes.ids)}::bigint[])
          as wanted (page, viewer_id, id)
        cross join lateral (
          select from likes where likes.user_id = wanted.viewer_id and likes.video_id = wanted.id limit 1
        ) as likes
        union all
        select wanted.page, wanted.id, 'FOLLOW' from ${ofPeople}
        cross join lateral (
          select from follows where follows.follower_id = wanted.viewer_id and follows.followee_id = wanted.id limit 1
        ) as follows
        union all
        select wanted.page, wanted.id, boundaries.kind from ${ofPeople}
        cross join lateral (
          select kind from boundaries
          where boundaries.owner_id = wanted.viewer_id and boundaries.other_id = wanted.id limit 2
        ) as boundaries`.execute(db)
      const flags = pages.map(noFlags)
      for (const { page, id, kind } of rows) flags[page]?.[places[kind]].push(id)
      return flags
    },
  }
}

/** Of a page on which there is nothing of which the viewer is anything. */
export function noFlags(): { -readonly [Name in keyof FlagsOfPage]: string[] } {
  return { favoriteVideoIds: [], followedUserIds: [], blockedUserIds: [], mutedUserIds: [] }
}

/** The columns of what is looked up: for each id, the index of its page and that page's viewer. */
function wanted(pages: readonly PageOfViewer[], idsOf: (page: PageOfViewer) => readonly string[]) {
  const columns = { pages: [] as number[], viewerIds: [] as string[], ids: [] as string[] }
  for (const [index, page] of pages.entries()) {
    for (const id of idsOf(page)) {
      columns.pages.push(index)
      columns.viewerIds.push(page.viewerId)
      columns.ids.push(id)
    }
  }
  return columns
}
