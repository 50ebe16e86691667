/** SQL conditions for blocks and mutes, on the views that social publishes. */
import { sql, type RawBuilder } from 'kysely'

type Person = RawBuilder<unknown>

/**
 * Whether one of two users has blocked the other. A subquery with at most one row instead of `exists`, which the planner may
 * turn into a hash of all blocks when there are hundreds of pairs.
 */
export function isBlockBetween(one: Person, other: Person): RawBuilder<boolean> {
  return sql<boolean>`((
    select true from social.blocked_pairs as pair where pair.user_id = ${one} and pair.other_id = ${other} limit 1
  ) is not null)`
}

/** Whether a viewer has neither blocked nor muted a user. True for anonymous viewers. */
export function isShownTo(viewerId: string | Person | undefined, person: Person): RawBuilder<boolean> {
  if (viewerId === undefined) return sql<boolean>`true`
  return sql<boolean>`not exists (
    select from social.hidden_people as hidden where hidden.viewer_id = ${viewerId} and hidden.person_id = ${person}
  )`
}

/**
 * The same, looked up row by row, for statements that stop after a page of rows. As a join it would read everyone the viewer
 * has ever blocked or muted.
 */
export function isEachShownTo(viewerId: Person | undefined, person: Person): RawBuilder<boolean> {
  if (viewerId === undefined) return sql<boolean>`true`
  return sql<boolean>`((
    select true from social.hidden_people as hidden
    where hidden.viewer_id = ${viewerId} and hidden.person_id = ${person} limit 1
  ) is null)`
}
