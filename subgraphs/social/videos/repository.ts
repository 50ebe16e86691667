import { sql, type Kysely } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import { anyOf, idArray } from '../../../platform/postgres/database.ts'
import { prepareRead } from '../../../platform/postgres/prepared-read.ts'
import { readPairs } from '../../../platform/postgres/pairs.ts'

/** What this subgraph has to know of a video: who made it, and who may see it. */
export interface VideoFacts {
  readonly authorId: string
  readonly visibility: string
}

export type VideoFactRepository = ReturnType<typeof createVideoFactRepository>

/** Published videos, of which their owner tells little. */
export function createVideoFactRepository(db: Kysely<SocialTables>) {
  const readMany = prepareRead(db, () =>
    db
      .selectFrom('video.publishedVideos')
      .select(['id', 'authorId', 'visibility'])
      .where('id', '=', anyOf([]))
      .compile(),
  )

  return {
    /** Those that exist and whose authors are not banned, by id. */
    async findMany(videoIds: readonly string[]): Promise<Map<string, VideoFacts>> {
      const rows = await readMany([idArray(videoIds)])
      return new Map(rows.map(({ id, ...facts }) => [id, facts]))
    },

    /** Which users are friends, each asked for as `user:other`. */
    friendsAmong: readPairs(db, sql`(select user_id, friend_id as other_id from friendships)`),
  }
}
