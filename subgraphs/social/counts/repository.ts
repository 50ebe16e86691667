import type { Kysely } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import { anyOf } from '../../../platform/postgres.ts'
import { shareReads } from '../../../platform/read-together.ts'

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
    ofVideos: shareReads<VideoCounts>(async (videoIds) => {
      const rows = await db.selectFrom('videoCounts').selectAll().where('videoId', '=', anyOf(videoIds)).execute()
      return new Map(rows.map((row) => [row.videoId, row]))
    }),

    /** The counts of each person who has any. */
    ofUsers: shareReads<UserCounts>(async (userIds) => {
      const rows = await db.selectFrom('userCounts').selectAll().where('userId', '=', anyOf(userIds)).execute()
      return new Map(rows.map((row) => [row.userId, row]))
    }),
  }
}
