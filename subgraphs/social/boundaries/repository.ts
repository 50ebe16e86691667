import { sql, type Kysely } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { idBound } from '../../../platform/graphql/cursor.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { countFollows } from '../follows/repository.ts'
import { noSuchUser } from '../../errors.ts'

/** A block works in both directions; a mute only hides the other user. */
export type BoundaryKind = 'BLOCK' | 'MUTE'

/** A block or mute to be set or removed. Ids increase with time. */
export interface BoundaryChange {
  readonly id: string
  readonly ownerId: string
  readonly otherId: string
  readonly kind: BoundaryKind
  readonly wanted: boolean
}

/** A user whom another has blocked or muted. */
export interface BoundaryRow {
  readonly id: string
  readonly otherId: string
}

export type BoundaryRepository = ReturnType<typeof createBoundaryRepository>

/** Blocks and mutes. */
export function createBoundaryRepository(db: Kysely<SocialTables>) {
  return {
    /** A page of the users whom a user has blocked or muted, most recent first, plus one row when there are more. */
    page(ownerId: string, kind: BoundaryKind, page: PageArguments): Promise<BoundaryRow[]> {
      return db
        .selectFrom('boundaries')
        .select(['id', 'otherId'])
        .where('ownerId', '=', ownerId)
        .where('kind', '=', kind)
        .where('id', '<', idBound(page))
        .orderBy('id', 'desc')
        .limit(page.first + 1)
        .execute()
    },

    /**
     * Applies changes in one transaction. A block also removes the follows between the two users.
     *
     * @returns for each change, in order: nothing, or NotFound when the other user does not exist.
     */
    apply(changes: readonly BoundaryChange[]): Promise<Outcome<undefined>[]> {
      const blocks = changes.filter(({ kind, wanted }) => kind === 'BLOCK' && wanted)
      return db.transaction().execute(async (transaction) => {
        if (blocks.length > 0) await holdOffFollows(transaction, blocks)
        return change(transaction, changes)
      })
    },
  }
}

/**
 * Locks the follows between users who are about to be blocked, then their counts, in the common locking order. A concurrent
 * follow waits for the counts and then meets the block; one that committed earlier is seen by the next statement.
 */
async function holdOffFollows(db: Kysely<SocialTables>, blocks: readonly BoundaryChange[]): Promise<void> {
  await sql`
    with parted as materialized (
      select block.*
      from unnest(
        ${blocks.map((block) => block.ownerId)}::bigint[], ${blocks.map((block) => block.otherId)}::bigint[]
      ) as block (owner_id, other_id)
      cross join lateral (select from "user".registered_users where id = block.other_id limit 1) as other
    ), held as materialized (
      select follows.id
      from (
        select owner_id as follower_id, other_id as followee_id from parted
        union select other_id, owner_id from parted
        order by follower_id, followee_id
      ) as pair
      cross join lateral (
        select id from follows
        where follows.follower_id = pair.follower_id and follows.followee_id = pair.followee_id
        for update
      ) as follows
    )
    insert into user_counts as counts (user_id)
    select user_id
    from (select owner_id as user_id from parted union select other_id from parted) as people
    -- Reads the follows first, so that they are locked before the people.
    where (select count(*) from held) >= 0
    order by user_id
    on conflict (user_id) do update set follow_count = counts.follow_count`.execute(db)
}

async function change(db: Kysely<SocialTables>, changes: readonly BoundaryChange[]): Promise<Outcome<undefined>[]> {
  // Changes of the same pair are concurrent, so any order is correct; the last one wins.
  const distinct = [...new Map(changes.map((change) => [keyOf(change), change])).values()]
  const { rows } = await sql<{ otherId: string }>`
    with requested as materialized (
      select change.*
      from unnest(
        ${distinct.map((change) => change.ownerId)}::bigint[],
        ${distinct.map((change) => change.otherId)}::bigint[],
        ${distinct.map((change) => change.kind)}::text[],
        ${distinct.map((change) => change.id)}::bigint[],
        ${distinct.map((change) => change.wanted)}::boolean[]
      ) as change (owner_id, other_id, kind, id, kept)
      -- Whoever is gone need not be kept away, but may be let in again.
      where not change.kept
        or (select true from "user".registered_users where id = change.other_id) is not null
    ), added as (
      insert into boundaries (owner_id, other_id, kind, id)
      select owner_id, other_id, kind, id from requested where kept order by owner_id, other_id, kind
      on conflict do nothing
    ), lifted as (
      select boundaries.ctid
      from (select * from requested where not kept order by owner_id, other_id, kind) as unkept
      cross join lateral (
        select ctid from boundaries
        where boundaries.owner_id = unkept.owner_id and boundaries.other_id = unkept.other_id
          and boundaries.kind = unkept.kind
        for update
      ) as boundaries
    ), removed as (
      delete from boundaries where ctid = any (array(select ctid from lifted))
    ), doomed as (
      select follows.ctid
      from (
        select owner_id as follower_id, other_id as followee_id from requested where kept and kind = 'BLOCK'
        union select other_id, owner_id from requested where kept and kind = 'BLOCK'
        order by follower_id, followee_id
      ) as pair
      cross join lateral (
        select ctid from follows
        where follows.follower_id = pair.follower_id and follows.followee_id = pair.followee_id
        for update
      ) as follows
    ), ended as (
      delete from follows where ctid = any (array(select ctid from doomed))
      returning follower_id, followee_id
    ), difference as materialized (
      select *, -1 as count from ended
    ), counted as (${countFollows})
    select distinct other_id from requested`.execute(db)
  const known = new Set(rows.map((row) => row.otherId))
  return changes.map((change) => (known.has(change.otherId) ? undefined : noSuchUser()))
}

function keyOf({ ownerId, otherId, kind }: BoundaryChange): string {
  return `${ownerId}:${otherId}:${kind}`
}
