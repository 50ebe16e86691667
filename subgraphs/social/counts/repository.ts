import type { Kysely } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'

export interface VideoCounts {
  readonly favoriteCount: number
  readonly commentCount: number
}

export interface UserCounts {
  readonly followCount: number
  readonly followerCount: number
  readonly favoriteCount: number
  readonly totalFavorited: number
}

export type CountRepository = ReturnType<typeof createCountRepository>

/** Counts, kept by the writers of what is counted. */
export function createCountRepository(db: Kysely<SocialTables>) {
  return {
    /** The counts of each video that has any. */
    async ofVideos(videoIds: readonly string[]): Promise<Map<string, VideoCounts>> {
      const rows = await db.selectFrom('videoCounts').selectAll().where('videoId', 'in', videoIds).execute()
      return new Map(rows.map((row) => [row.videoId, row]))
    },

    /** The counts of each person who has any. */
    async ofUsers(userIds: readonly string[]): Promise<Map<string, UserCounts>> {
      const rows = await db.selectFrom('userCounts').selectAll().where('userId', 'in', userIds).execute()
      return new Map(rows.map((row) => [row.userId, row]))
    },
  }
}
