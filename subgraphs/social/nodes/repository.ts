import { sql, type Kysely } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import { shareReads } from '../../../platform/caching/batched-reads.ts'
import { idsOfPairs } from '../../../platform/postgres/pairs.ts'

/** The types of objects with numeric ids. */
export type NodeType = 'User' | 'Video' | 'Comment' | 'Message'

export type NodeRepository = ReturnType<typeof createNodeRepository>

/** The types of ids of all owners, from the views they publish. */
export function createNodeRepository(db: Kysely<SocialTables>) {
  return {
    /**
     * The type of each id; keys are `viewer:id`. A message exists only for its two users, and only if the viewer has not
     * blocked or muted the other. For ids from before each owner had its own share of the id space, the first matching type
     * counts.
     */
    typesOf: shareReads<NodeType>(async (pairs) => {
      const [viewerIds, ids] = idsOfPairs(pairs)
      const { rows } = await sql<{ pair: string; type: NodeType }>`
        select wanted.viewer_id || ':' || wanted.id as pair, node.type
        from unnest(${viewerIds}::bigint[], ${ids}::bigint[]) as wanted (viewer_id, id)
        cross join lateral (
          select coalesce(
            (select 'User' from "user".registered_users where id = wanted.id limit 1),
            (select 'Video' from video.published_videos where id = wanted.id limit 1),
            (select 'Comment' from comments where id = wanted.id limit 1),
            (
              select 'Message' from chat.message_parties as message
              where message.id = wanted.id and wanted.viewer_id in (message.sender_id, message.recipient_id)
                and not exists (
                  select from boundaries
                  where owner_id = wanted.viewer_id and other_id in (message.sender_id, message.recipient_id)
                )
              limit 1
            )
          ) as type
        ) as node
        where node.type is not null`.execute(db)
      return new Map(rows.map(({ pair, type }) => [pair, type]))
    }),
  }
}
