import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { SocialTables } from '../../db/ownership.ts'
import { idBound } from '../../platform/graphql/cursor.ts'
import type { ReadPages } from '../../platform/graphql/page-loader.ts'
import { idArray } from '../../platform/postgres/database.ts'
import { prepareRead } from '../../platform/postgres/prepared-read.ts'

/** An entry of somebody's list: its id, which orders it in time, and whom or what it leads to. */
export interface Link {
  readonly id: string
  readonly otherId: string
}

interface LinkTexts {
  readonly ownerId: string
  readonly ids: string | null
  readonly otherIds: string | null
}

/**
 * Reads a page of each person's links, newest first, with one more when there are more. A page comes as one row, because a
 * row costs its reader more than the two ids in it. It throws BadUserInput when the cursor of the page is none.
 *
 * @param links rows with the columns `owner_id`, `id` and `other_id`, which an index orders by owner and falling id.
 */
export function readLinks(db: Kysely<SocialTables>, links: RawBuilder<unknown>): ReadPages<Link> {
  const read = prepareRead(db, () => statement(links, [], '0', 1).compile(db))
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

/** Its parameters stand in the order of the arguments. */
function statement(
  links: RawBuilder<unknown>,
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
        select links.id, links.other_id from ${links} as links
        where links.owner_id = wanted.owner_id and links.id < ${bound}
        order by links.id desc
        limit ${limit}
      ) as newest
    ) as page`
}
