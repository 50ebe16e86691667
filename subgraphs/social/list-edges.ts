import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { SocialTables } from '../../db/ownership.ts'
import { idBound } from '../../platform/graphql/cursor.ts'
import type { ReadPages } from '../../platform/graphql/page-loader.ts'
import { idArray } from '../../platform/postgres/database.ts'
import { prepareRead } from '../../platform/postgres/prepared-read.ts'

/** An entry of a list: its id, by which the list is ordered in time, and the id of the related user or video. */
export interface ListEdge {
  readonly id: string
  readonly otherId: string
}

interface LinkTexts {
  readonly ownerId: string
  readonly ids: string | null
  readonly otherIds: string | null
}

/**
 * Reads a page of each owner's edges, newest first, plus one when there are more. A page is one row, because parsing a row
 * costs more than its two ids. It throws BadUserInput for an invalid cursor.
 *
 * @param links rows with the columns `owner_id`, `id` and `other_id`, which an index orders by owner and descending id.
 */
export function readEdges(db: Kysely<SocialTables>, edges: RawBuilder<unknown>): ReadPages<ListEdge> {
  const read = prepareRead(db, () => statement(edges, [], '0', 1).compile(db))
  return async (ownerIds, page) => {
    const rows = await read([idArray(ownerIds), idBound(page), page.first + 1])
    return new Map(
      rows.map(({ ownerId, ids, otherIds }) => {
        const others = otherIds?.split(',') ?? []
        return [ownerId, ids?.split(',').map((id, index) => ({ id, otherId: others[index] ?? '' })) ?? []]
      }),
    )
  }
}

/** Its parameters are in the order of the arguments. */
function statement(
  edges: RawBuilder<unknown>,
  ownerIds: readonly string[],
  bound: string,
  limit: number,
): RawBuilder<LinkTexts> {
  return sql`
    select wanted.owner_id, page.ids, page.other_ids
    from unnest(${idArray(ownerIds)}::bigint[]) as wanted (owner_id)
    cross join lateral (
      select string_agg(newest.id::text, ',') as ids, string_agg(newest.other_id::text, ',') as other_ids
      from (
        select links.id, links.other_id from ${edges} as links
        where links.owner_id = wanted.owner_id and links.id < ${bound}
        order by links.id desc
        limit ${limit}
      ) as newest
    ) as page`
}
