/**
 * SQL conditions on what a viewer may see, for statements of every owner. Three words with one meaning each: *blocked* and
 * *muted* are between two users (the views that social publishes), *moderated* is what administrators ban or take down,
 * *deleted* is what its author removed, which has no row any more.
 */
import { sql, type RawBuilder } from 'kysely'

type UserId = RawBuilder<unknown>

/** Whether a row of `videos` is not moderated: its author is not banned. */
export const isUnmoderated = sql<boolean>`not videos.is_hidden`

/** Whether a row of `videos` is in public lists: also published for every user. */
export const isPublic = sql<boolean>`(not videos.is_hidden and videos.visibility = 'PUBLIC')`

/**
 * Whether a video is published for a user: for all, for the author's friends, or for the author alone. Friends are looked up by
 * key, and only for a video that is published for them.
 *
 * @param video a table or an alias with the columns `author_id` and `visibility`.
 */
export function isPublishedFor(userId: UserId, video: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(${video}.visibility = 'PUBLIC' or ${video}.author_id = ${userId} or (
    ${video}.visibility = 'FRIENDS' and (
      select true from social.friendships as friendship
      where friendship.user_id = ${video}.author_id and friendship.friend_id = ${userId} limit 1
    ) is not null
  ))`
}

/**
 * Whether one of two users has blocked the other. A subquery with at most one row instead of `exists`, which the planner may
 * turn into a hash of all blocks when there are hundreds of pairs.
 */
export function isBlockBetween(one: UserId, other: UserId): RawBuilder<boolean> {
  return sql<boolean>`((
    select true from social.blocked_pairs as pair where pair.user_id = ${one} and pair.other_id = ${other} limit 1
  ) is not null)`
}

/** Whether a viewer has neither blocked nor muted a user. True for anonymous viewers. */
export function isVisibleTo(viewerId: string | UserId | undefined, user: UserId): RawBuilder<boolean> {
  if (viewerId === undefined) return sql<boolean>`true`
  return sql<boolean>`not exists (
    select from social.hidden_people as hidden where hidden.viewer_id = ${viewerId} and hidden.person_id = ${user}
  )`
}

/**
 * The same, looked up row by row, for statements that stop after a page of rows. As a join it would read everyone the viewer
 * has ever blocked or muted.
 */
export function isEachVisibleTo(viewerId: UserId | undefined, user: UserId): RawBuilder<boolean> {
  if (viewerId === undefined) return sql<boolean>`true`
  return sql<boolean>`((
    select true from social.hidden_people as hidden
    where hidden.viewer_id = ${viewerId} and hidden.person_id = ${user} limit 1
  ) is null)`
}
