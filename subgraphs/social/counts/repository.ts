import type { Kysely } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import { anyOf, idArray, listIn, textOf } from '../../../platform/postgres/database.ts'
import { prepareRead } from '../../../platform/postgres/prepared-read.ts'

export interface VideoCounts {
  readonly favoriteCount: number
  readonly commentCount: number
  readonly bookmarkCount: number
  readonly shareCount: number
}

export interface CommentCounts {
  readonly likeCount: number
  readonly replyCount: number
}

export interface UserCounts {
  readonly followCount: number
  readonly followerCount: number
  readonly favoriteCount: number
  readonly totalFavorited: number
}

export type CountRepository = ReturnType<typeof createCountRepository>

/** Counts, updated by the writers of the counted rows. */
export function createCountRepository(db: Kysely<SocialTables>) {
  const readVideos = prepareRead(db, () =>
    db
      .selectFrom('videoCounts')
      .select([
        textOf('videoId'),
        ...[textOf('favoriteCount'), textOf('commentCount'), textOf('bookmarkCount'), textOf('shareCount')],
      ])
      .where('videoId', '=', anyOf([]))
      .compile(),
  )
  const readUsers = prepareRead(db, () =>
    db
      .selectFrom('userCounts')
      .select([
        textOf('userId'),
        ...[textOf('followCount'), textOf('followerCount'), textOf('favoriteCount'), textOf('totalFavorited')],
      ])
      .where('userId', '=', anyOf([]))
      .compile(),
  )

  return {
    /** The counts of each video that has any. */
    async ofVideos(videoIds: readonly string[]): Promise<Map<string, VideoCounts>> {
      const [found] = await readVideos([idArray(videoIds)])
      const [favoriteCounts, commentCounts] = [numbersIn(found?.favoriteCount), numbersIn(found?.commentCount)]
      const [bookmarkCounts, shareCounts] = [numbersIn(found?.bookmarkCount), numbersIn(found?.shareCount)]
      const counts = new Map<string, VideoCounts>()
      for (const [place, videoId] of listIn(found?.videoId).entries()) {
        counts.set(videoId, {
          favoriteCount: favoriteCounts[place] ?? 0,
          commentCount: commentCounts[place] ?? 0,
          bookmarkCount: bookmarkCounts[place] ?? 0,
          shareCount: shareCounts[place] ?? 0,
        })
      }
      return counts
    },

    /** The counts of each comment that has any. */
    async ofComments(commentIds: readonly string[]): Promise<Map<string, CommentCounts>> {
      const rows = await db
        .selectFrom('commentCounts')
        .select(['commentId', 'likeCount', 'replyCount'])
        .where('commentId', '=', anyOf(commentIds))
        .execute()
      return new Map(rows.map((row) => [row.commentId, row]))
    },

    /** The counts of each user who has any. */
    async ofUsers(userIds: readonly string[]): Promise<Map<string, UserCounts>> {
      const [found] = await readUsers([idArray(userIds)])
      const [followCounts, followerCounts] = [numbersIn(found?.followCount), numbersIn(found?.followerCount)]
      const [favoriteCounts, totals] = [numbersIn(found?.favoriteCount), numbersIn(found?.totalFavorited)]
      const counts = new Map<string, UserCounts>()
      for (const [place, userId] of listIn(found?.userId).entries()) {
        counts.set(userId, {
          followCount: followCounts[place] ?? 0,
          followerCount: followerCounts[place] ?? 0,
          favoriteCount: favoriteCounts[place] ?? 0,
          totalFavorited: totals[place] ?? 0,
        })
      }
      return counts
    },
  }
}

function numbersIn(text: string | null | undefined): number[] {
  return listIn(text).map(Number)
}
