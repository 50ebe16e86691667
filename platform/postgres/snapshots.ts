import { sql, type RawBuilder } from 'kysely'
import { BadUserInput } from '../runtime/errors.ts'

/** Longer than the text of any snapshot that this system gives away. */
const longestText = 2_000

/**
 * A snapshot as an earlier answer named it, as `pg_snapshot` writes it: `xmin:xmax:`, and the transactions between them that
 * were under way (PostgreSQL, "Transaction ID and Snapshot Information Functions").
 *
 * @throws BadUserInput when it is none.
 */
export function snapshotArgument(value: string): string {
  const [, xmin, xmax, underWay = ''] = /^(\d{1,15}):(\d{1,15}):((?:\d{1,15},?)*)$/.exec(value) ?? []
  const isSnapshot = value.length <= longestText && xmin !== undefined && xmax !== undefined && xmin !== '0'
  const ids = underWay === '' ? [] : underWay.split(',').map(Number)
  const areOrdered = ids.every((id, index) => id >= (ids[index - 1] ?? Number(xmin)) && id < Number(xmax))
  if (!isSnapshot || Number(xmin) > Number(xmax) || !areOrdered) {
    throw new BadUserInput({ en: 'That is no answer of before.', zh: '不是先前的回答。' })
  }
  return value
}

/** The snapshot of a statement, to be given to a later one; of a long one only what is certain: it then sees more twice. */
export const currentSnapshot: RawBuilder<string> = sql<string>`(
  case when length(pg_current_snapshot()::text) <= ${sql.lit(longestText)} then pg_current_snapshot()::text
  else pg_snapshot_xmin(pg_current_snapshot()) || ':' || pg_snapshot_xmin(pg_current_snapshot()) || ':' end
)`

/**
 * That a transaction, of those that this statement sees, was not seen by an earlier snapshot. An id or a moment would not
 * tell: both are drawn before the commit, and others commit in between. The upper bound leaves out the numbers of another
 * cluster, from which the rows may have been restored.
 */
export function isNewSince(transaction: RawBuilder<unknown>, snapshot: string): RawBuilder<boolean> {
  const earlier = sql`${snapshot}::text::pg_snapshot`
  return sql<boolean>`(
    ${transaction} >= pg_snapshot_xmin(${earlier}) and ${transaction} < pg_snapshot_xmax(pg_current_snapshot())
    and not pg_visible_in_snapshot(${transaction}, ${earlier})
  )`
}
