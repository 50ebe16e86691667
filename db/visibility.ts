/**
 * Conditions on who is shown what, for statements of every owner. Three words, one meaning each: *blocked* and *muted* are between
 * two users (the views that social publishes), *moderated* is what administrators ban or take down, *deleted* is what its author
 * removed, which has no row any more.
 */
import { sql, type RawBuilder } from 'kysely'

type Person = RawBuilder<unknown>

/** That no administrator keeps a row of `videos` from everybody: its author is not banned. */
export const isUnmoderated = sql<boolean>`not videos.is_hidden`

/**
 * That there is a block between two people, whichever of them made it. A subquery of one row at most and not an `exists`,
 * which for hundreds of pairs the planner may turn into a hash of every block there is.
 */
export function isBlockBetween(one: Person, other: Person): RawBuilder<boolean> {
  return sql<boolean>`((
    select true from social.blocked_pairs as pair where pair.user_id = ${one} and pair.other_id = ${other} limit 1
  ) is not null)`
}

/** That a viewer has neither blocked nor muted a person. Anonymous viewers are shown everybody. */
export function isVisibleTo(viewerId: string | Person | undefined, person: Person): RawBuilder<boolean> {
  if (viewerId === undefined) return sql<boolean>`true`
  return sql<boolean>`not exists (
    select from social.hidden_people as hidden where hidden.viewer_id = ${viewerId} and hidden.person_id = ${person}
  )`
}

/**
 * The same, looked up row by row: for a statement that ends after a page of rows. As a join it would read everybody whom the
 * viewer has ever blocked or muted.
 */
export function isEachVisibleTo(viewerId: Person | undefined, person: Person): RawBuilder<boolean> {
  if (viewerId === undefined) return sql<boolean>`true`
  return sql<boolean>`((
    select true from social.hidden_people as hidden
    where hidden.viewer_id = ${viewerId} and hidden.person_id = ${person} limit 1
  ) is null)`
}
