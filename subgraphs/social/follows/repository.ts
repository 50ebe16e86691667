import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { SocialTables } from '../../../db/ownership.ts'
import type { PageArguments } from '../../../platform/connection.ts'
import { NotFound } from '../../../platform/errors.ts'
import { groupBy } from '../../../platform/group-by.ts'
import type { Outcome } from '../../../platform/group-commit.ts'
import { sharePages } from '../../../platform/page-loader.ts'
import { idBound } from '../newest-first.ts'

/** That a person shall follow another, or shall not. `id` orders follows in time. */
export interface FollowChange {
  readonly id: string
  readonly followerId: string
  readonly followeeId: string
  readonly followed: boolean
}

/** That one person follows another. */
export interface FollowRow {
  readonly id: string
  readonly followerId: string
  readonly followeeId: string
}

export type FollowRepository = ReturnType<typeof createFollowRepository>

/** Follows, and the two counts that each moves: the followee's followers, and how many the follower follows. */
export function createFollowRepository(db: Kysely<SocialTables>) {
  /** A page of each person's follows, most recent first, with one row more when there are more. */
  async function pagesOf(
    owner: 'followerId' | 'followeeId',
    userIds: readonly string[],
    page: PageArguments,
    condition: RawBuilder<unknown> = sql`true`,
  ): Promise<Map<string, FollowRow[]>> {
    const { rows } = await sql<FollowRow>`
      select follows.id, follows.follower_id, follows.followee_id
      from unnest(${userIds}::bigint[]) as wanted (user_id)
      cross join lateral (
        select * from follows
        where follows.${sql.ref(owner)} = wanted.user_id and follows.id < ${idBound(page)} and ${condition}
        order by follows.id desc
        limit ${page.first + 1}
      ) as follows
      order by follows.id desc`.execute(db)
    return groupBy(rows, (row) => row[owner])
  }

  return {
    /** A page of whom each person follows. */
    following: sharePages<FollowRow>((userIds, page) => pagesOf('followerId', userIds, page)),

    /** A page of who follows each person. */
    followers: sharePages<FollowRow>((userIds, page) => pagesOf('followeeId', userIds, page)),

    /**
     * A page of whom each person follows and is followed back by. The most recent is whom the person followed last: that
     * order has an index, while the moment at which the second follow came would have to be computed for every friend.
     */
    friends: (userIds: readonly string[], page: PageArguments) =>
      pagesOf(
        'followerId',
        userIds,
        page,
        sql`exists (
          select from follows as back
          where back.follower_id = follows.followee_id and back.followee_id = follows.follower_id
        )`,
      ),

    /**
     * Applies changes in one statement, hence one transaction. A count moves only when a follow really came or went.
     *
     * Rows are locked in one order whatever the changes are (follows to add, follows to remove, people; each by key), so
     * groups of several processes wait for each other but never in a circle.
     *
     * @returns for each change, in order: nothing, or NotFound when there is no such followee.
     */
    async apply(changes: readonly FollowChange[]): Promise<Outcome<undefined>[]> {
      // Changes of one pair came at the same time, so any order of them is right; the last one stands.
      const distinct = [
        ...new Map(changes.map((change) => [`${change.followerId}:${change.followeeId}`, change])).values(),
      ]
      const { rows } = await sql<{ followeeId: string }>`
        with requested as materialized (
          select change.*
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
          select follower_id, followee_id, id from requested where followed order by follower_id, followee_id
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
        ), counted as (
          insert into user_counts as counts (user_id, follow_count, follower_count)
          select user_id, sum(following), sum(followed)
          from (
            select follower_id as user_id, count as following, 0 as followed from difference
            union all
            select followee_id, 0, count from difference
          ) as shares
          group by user_id having sum(following) <> 0 or sum(followed) <> 0 order by user_id
          on conflict (user_id) do update
          set follow_count = counts.follow_count + excluded.follow_count,
              follower_count = counts.follower_count + excluded.follower_count
        )
        select distinct followee_id from requested`.execute(db)
      const known = new Set(rows.map((row) => row.followeeId))
      return changes.map((change) => (known.has(change.followeeId) ? undefined : noSuchPerson()))
    },
  }
}

function noSuchPerson(): NotFound {
  return new NotFound({ en: 'There is no such person.', zh: '用户不存在。' })
}
