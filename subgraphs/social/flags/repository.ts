import { sql, type Kysely } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import { idArray } from '../../../platform/postgres.ts'

/** A page as one person sees it. */
export interface PageOfViewer {
  readonly viewerId: string
  readonly videoIds: readonly string[]
  readonly userIds: readonly string[]
}

/** What of a page its viewer likes and whom of it he follows. */
export interface FlagsOfPage {
  readonly favoriteVideoIds: readonly string[]
  readonly followedUserIds: readonly string[]
}

export type ReadFlags = (page: PageOfViewer) => Promise<FlagsOfPage>

export type FlagRepository = ReturnType<typeof createFlagRepository>

/** Likes and follows, asked for together. */
export function createFlagRepository(db: Kysely<SocialTables>) {
  return {
    /** The flags of pages, in their order. Each look-up is one by a key; the limit keeps them from becoming a join. */
    async ofPages(pages: readonly PageOfViewer[]): Promise<FlagsOfPage[]> {
      const likes = wanted(pages, (page) => page.videoIds)
      const follows = wanted(pages, (page) => page.userIds)
      const { rows } = await sql<{ page: number; id: string; isLike: boolean }>`
        select wanted.page, wanted.id, true as is_like
        from unnest(${idArray(likes.pages)}::integer[], ${idArray(likes.viewerIds)}::bigint[], ${idArray(likes.ids)}::bigint[])
          as wanted (page, viewer_id, id)
        cross join lateral (
          select from likes where likes.user_id = wanted.viewer_id and likes.video_id = wanted.id limit 1
        ) as likes
        union all
        select wanted.page, wanted.id, false
        from unnest(${idArray(follows.pages)}::integer[], ${idArray(follows.viewerIds)}::bigint[], ${idArray(follows.ids)}::bigint[])
          as wanted (page, viewer_id, id)
        cross join lateral (
          select from follows where follows.follower_id = wanted.viewer_id and follows.followee_id = wanted.id limit 1
        ) as follows`.execute(db)
      const flags = pages.map(() => ({ favoriteVideoIds: [] as string[], followedUserIds: [] as string[] }))
      for (const { page, id, isLike } of rows) flags[page]?.[isLike ? 'favoriteVideoIds' : 'followedUserIds'].push(id)
      return flags
    },
  }
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
