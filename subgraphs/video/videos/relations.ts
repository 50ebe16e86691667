import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { anyOf, idArray } from '../../../platform/postgres/database.ts'
import { readPairs } from '../../../platform/postgres/pairs.ts'
import { prepareRead } from '../../../platform/postgres/prepared-read.ts'

/** How many of a viewer's blocked and muted users are read as a whole; beyond that, each author of a page is looked up. */
const maxExcluded = 100

export type RelationRepository = ReturnType<typeof createRelationRepository>

/** What other owners tell of users and videos, which decides what a viewer may see. */
export function createRelationRepository(db: Kysely<VideoTables>) {
  const readBlockedOrMuted = prepareRead(db, () => blockedOrMutedOf([]).compile(db))

  return {
    /** Those whom the viewer has blocked or muted, each asked for as `viewer:user`. */
    blockedOrMuted: readPairs(db, sql`(select viewer_id as user_id, person_id as other_id from social.hidden_people)`),

    /** The users whom each viewer has blocked or muted, if any; `many` for more than can be read as a whole. */
    async blockedOrMutedBy(viewerIds: readonly string[]): Promise<Map<string, ReadonlySet<string> | 'many'>> {
      const rows = await readBlockedOrMuted([idArray(viewerIds)])
      return new Map(rows.map(({ viewerId, ids }) => [viewerId, ids === null ? 'many' : new Set(ids.split(','))]))
    },

    /** Which users are friends, each asked for as `user:other`. */
    friendsAmong: readPairs(db, sql`(select user_id, friend_id as other_id from social.friendships)`),

    /** Those of the videos that were reported. */
    async reportedAmong(videoIds: readonly string[]): Promise<ReadonlySet<string>> {
      const rows = await db
        .selectFrom('social.reportedVideos')
        .select('videoId')
        .where('videoId', '=', anyOf(videoIds))
        .execute()
      return new Set(rows.map(({ videoId }) => videoId))
    },
  }
}

function blockedOrMutedOf(viewerIds: readonly string[]): RawBuilder<{ viewerId: string; ids: string | null }> {
  return sql`
    select wanted.viewer_id, hidden.ids
    from unnest(${idArray(viewerIds)}::bigint[]) as wanted (viewer_id)
    cross join lateral (
      select case when count(*) <= ${sql.lit(maxExcluded)} then string_agg(person_id::text, ',') end as ids, count(*) as people
      from (
        select person_id from social.hidden_people where viewer_id = wanted.viewer_id limit ${sql.lit(maxExcluded + 1)}
      ) as people
    ) as hidden
    where hidden.people > 0`
}
