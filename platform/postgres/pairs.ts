import { sql, type Kysely, type RawBuilder } from 'kysely'
import { shareReads, type ReadMany } from '../caching/batched-reads.ts'
import { idArray } from './database.ts'

/** The two ids of pairs `first:second`, as arrays for a statement. */
export function idsOfPairs(pairs: readonly string[]): [first: string, second: string] {
  const [first, second] = [0, 1].map((place) => idArray(pairs.map((pair) => pair.split(':')[place] ?? '')))
  return [first ?? '', second ?? '']
}

/**
 * Which pairs are in a relation, each asked for as `user:other`.
 *
 * @param relation a query with the columns `user_id` and `other_id`, in which a pair is found by a key.
 */
export function readPairs<Tables>(db: Kysely<Tables>, relation: RawBuilder<unknown>): ReadMany<true> {
  return shareReads<true>(async (pairs) => {
    const [userIds, otherIds] = idsOfPairs(pairs)
    const { rows } = await sql<{ pair: string }>`
      select wanted.user_id || ':' || wanted.other_id as pair
      from unnest(${userIds}::bigint[], ${otherIds}::bigint[]) as wanted (user_id, other_id)
      -- The limit makes each a look-up by key.
      cross join lateral (
        select from ${relation} as related
        where related.user_id = wanted.user_id and related.other_id = wanted.other_id limit 1
      ) as found`.execute(db)
    return new Map(rows.map(({ pair }) => [pair, true]))
  })
}
