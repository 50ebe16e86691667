import { sql, type Kysely } from 'kysely'
import { isBlockBetween } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { readLinks } from '../links.ts'
import { acrossBlock, noSuchUser } from '../../errors.ts'

/** That a person shall follow another, or shall not. `id` orders follows in time. */
export interface FollowChange {
  readonly id: string
  readonly followerId: string
  readonly followeeId: string
  readonly followed: boolean
}

/**
 * Moves the two counts of each follow in `difference (follower_id, followee_id, count)`; a part of a larger statement. Also
 * those that come out even: whoever blocks relies on a follow waiting for the counts of both people.
 */
export const countFollows = sql`
  insert into user_counts as counts (user_id, follow_count, follower_count)
  select user_id, sum(following), sum(followed)
  from (
    select follower_id as user_id, count as following, 0 as followed from difference
    union all
    select followee_id, 0, count from difference
  ) as shares
  group by user_id order by user_id
  on conflict (user_id) do update
  set follow_count = counts.follow_count + excluded.follow_count,
      follower_count = counts.follower_count + excluded.follower_count`

export type FollowRepository = ReturnType<typeof createFollowRepository>

/** Follows, and the two counts that each moves: the followee's followers, and how many the follower follows. */
export function createFollowRepository(db: Kysely<SocialTables>) {
  const followees = sql`(select follower_id as owner_id, id, followee_id as other_id from follows)`
  const followers = sql`(select followee_id as owner_id, id, follower_id as other_id from follows)`
  // The limit makes it a look-up by key for each follow in turn; a join would collect and sort all of them first.
  const friends = sql`(
    select follower_id as owner_id, id, followee_id as other_id from follows
    where (
      select true from follows as back
      where back.follower_id = follows.followee_id and back.followee_id = follows.follower_id limit 1
    )
  )`

  return {
    /** A page of whom each person follows. */
    following: readLinks(db, followees),

    /** A page of who follows each person. */
    followers: readLinks(db, followers),

    /**
     * A page of whom each person follows and is followed back by. The most recent is whom the person followed last: that
     * order has an index, while the moment at which the second follow came would have to be computed for every friend.
     */
    friends: readLinks(db, friends),

    /**
     * Applies changes in one statement, hence one transaction. A count moves only when a follow really came or went.
     *
     * Rows are locked in one order whatever the changes are (follows to add, follows to remove, people; each by key), so
     * groups of several processes wait for each other but never in a circle.
     *
     * @returns for each change, in order: nothing, or NotFound when there is no such followee, or Forbidden for a follow
     *   across a block.
     */
    async apply(changes: readonly FollowChange[]): Promise<Outcome<undefined>[]> {
      // Changes of one pair came at the same time, so any order of them is right; the last one stands.
      const distinct = [...new Map(changes.map((change) => [pairOf(change), change])).values()]
      const { rows } = await sql<FollowChange & { isParted: boolean }>`
        with requested as materialized (
          select change.*,
            change.followed and ${isBlockBetween(sql`change.follower_id`, sql`change.followee_id`)} as is_parted
          from unnest(
            ${distinct.map((change) => change.followerId)}::bigint[],
            ${distinct.map((change) => change.followeeId)}::bigint[],
            ${distinct.map((change) => change.id)}::bigint[],
            ${distinct.map((change) => change.followed)}::boolean[]
          ) as change (follower_id, followee_id, id, followed)
          -- The limit makes each a look-up by key; a join of hundreds may be planned as a scan of the whole table.
          cross join lateral (select from "user".registered_users where id = change.followee_id limit 1) as followee
        ), added as (
          insert into follows (follower_id, followee_id, id)
          select follower_id, followee_id, id from requested where followed and not is_parted
          order by follower_id, followee_id
          on conflict do nothing
          returning follower_id, followee_id
        ), doomed as (
          select follows.ctid
          from (select * from requested where not followed order by follower_id, followee_id) as unfollowed
          cross join lateral (
            select ctid from follows
            where follows.follower_id = unfollowed.follower_id and follows.followee_id = unfollowed.followee_id
            for update
          ) as follows
        ), removed as (
          -- A locked row stays where it is, so its ctid finds it without a second look-up.
          delete from follows where ctid = any (array(select ctid from doomed))
          returning follower_id, followee_id
        ), difference as materialized (
          select *, 1 as count from added union all select *, -1 from removed
        ), counted as (${countFollows})
        select id, follower_id, followee_id, is_parted from requested`.execute(db)
      const found = new Map(rows.map((row) => [pairOf(row), row]))
      return changes.map((change) => {
        const row = found.get(pairOf(change))
        if (!row) return noSuchUser()
        return row.isParted && change.followed ? acrossBlock() : undefined
      })
    },
  }
}

function pairOf({ followerId, followeeId }: Pick<FollowChange, 'followerId' | 'followeeId'>): string {
  return `${followerId}:${followeeId}`
}
