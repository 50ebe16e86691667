import { sql, type Kysely } from 'kysely'
import { isBlockBetween } from '../../../db/visibility.ts'
import type { SocialTables } from '../../../db/ownership.ts'
import type { Outcome } from '../../../platform/postgres/group-commit.ts'
import { readEdges } from '../list-edges.ts'
import { notify } from '../notifications/repository.ts'
import { blockedError, noSuchUser } from '../../errors.ts'

/** A follow to be added or removed. Ids increase with time. */
export interface FollowChange {
  readonly id: string
  readonly followerId: string
  readonly followeeId: string
  readonly followed: boolean
}

/**
 * Updates the two counts of each follow in `difference (follower_id, followee_id, count)`, as part of a larger statement. Rows
 * with a difference of zero are locked, too, because blocking relies on follows waiting for the counts of both users.
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

/** Follows, and their two counts: followers of the followee, and followees of the follower. */
export function createFollowRepository(db: Kysely<SocialTables>) {
  const followees = sql`(select follower_id as owner_id, id, followee_id as other_id from follows)`
  const followers = sql`(select followee_id as owner_id, id, follower_id as other_id from follows)`
  // The limit enforces a look-up by key for each follow; a join would collect and sort all of them first.
  const friends = sql`(
    select follower_id as owner_id, id, followee_id as other_id from follows
    where (
      select true from follows as back
      where back.follower_id = follows.followee_id and back.followee_id = follows.follower_id limit 1
    )
  )`

  return {
    /** A page of the users whom each user follows. */
    following: readEdges(db, followees),

    /** A page of each user's followers. */
    followers: readEdges(db, followers),

    /**
     * A page of each user's friends, who follow back. They are ordered by when the user followed them: that order has an index,
     * while the time of the second follow would have to be computed for every friend.
     */
    friends: readEdges(db, friends),

    /**
     * Applies changes in one statement and hence one transaction. Counts change only when a follow was really added or removed.
     *
     * Rows are locked in a fixed order (follows to add, follows to remove, users; each by key), so concurrent groups wait for
     * each other but never deadlock.
     *
     * @returns for each change, in order: nothing, or NotFound when the followee does not exist, or Forbidden for a follow
     * between blocked users.
     */
    async apply(changes: readonly FollowChange[]): Promise<Outcome<undefined>[]> {
      // Changes of the same pair are concurrent, so any order is correct; the last one wins.
      const distinct = [...new Map(changes.map((change) => [pairOf(change), change])).values()]
      const { rows } = await sql<FollowChange & { isBlocked: boolean }>`
        with requested as materialized (
          select change.*,
            change.followed and ${isBlockBetween(sql`change.follower_id`, sql`change.followee_id`)} as is_blocked
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
          select follower_id, followee_id, id from requested where followed and not is_blocked
          order by follower_id, followee_id
          on conflict do nothing
          returning follower_id, followee_id, id
        ), notified as (
          ${notify(
            'FOLLOW',
            sql`
            select followee_id as recipient_id, id, follower_id as actor_id, follower_id as subject_id from added`,
          )}
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
          select follower_id, followee_id, 1 as count from added union all select *, -1 from removed
        ), counted as (${countFollows})
        select id, follower_id, followee_id, is_blocked from requested`.execute(db)
      const found = new Map(rows.map((row) => [pairOf(row), row]))
      return changes.map((change) => {
        const row = found.get(pairOf(change))
        if (!row) return noSuchUser()
        return row.isBlocked && change.followed ? blockedError() : undefined
      })
    },
  }
}

function pairOf({ followerId, followeeId }: Pick<FollowChange, 'followerId' | 'followeeId'>): string {
  return `${followerId}:${followeeId}`
}
