import { sql, type RawBuilder } from 'kysely'
import { BadUserInput } from '../runtime/errors.ts'

/** Longer than the text of any snapshot that this system returns. */
const longestText = 2_000

/**
 * Validates a snapshot from an earlier answer, in the text form of `pg_snapshot`: `xmin:xmax:`, then the transactions in between
 * that were in progress (PostgreSQL, "Transaction ID and Snapshot Information Functions").
 *
 * @throws BadUserInput when it is not a snapshot.
 */
export function snapshotArgument(value: string): string {
  const [, xmin, xmax, underWay = ''] = /^(\d{1,15}):(\d{1,15}):((?:\d{1,15},?)*)$/.exec(value) ?? []
  const isSnapshot = value.length <= longestText && xmin !== undefined && xmax !== undefined && xmin !== '0'
  const ids = underWay === '' ? [] : underWay.split(',').map(Number)
  const areOrdered = ids.every((id, index) => id >= (ids[index - 1] ?? Number(xmin)) && id < Number(xmax))
  if (!isSnapshot || Number(xmin) > Number(xmax) || !areOrdered) {
    throw new BadUserInput({ en: 'This value is not from an earlier answer.', zh: '该值并非来自之前的响应。' })
  }
  return value
}

/**
 * The snapshot of a statement, for use by a later one. A long one is shortened to its xmin, so the later statement returns more
 * rows twice.
 */
export const currentSnapshot: RawBuilder<string> = sql<string>`(
  case when length(pg_current_snapshot()::text) <= ${sql.lit(longestText)} then pg_current_snapshot()::text
  else pg_snapshot_xmin(pg_current_snapshot()) || ':' || pg_snapshot_xmin(pg_current_snapshot()) || ':' end
)`

/**
 * Whether a transaction that this statement sees was invisible to an earlier snapshot. Comparing ids or timestamps would not do:
 * both are assigned before the commit, and others commit in between. The upper bound excludes transaction ids of another
 * cluster from which the rows may have been restored.
 */
export function isNewSince(transaction: RawBuilder<unknown>, snapshot: string): RawBuilder<boolean> {
  const earlier = sql`${snapshot}::text::pg_snapshot`
  return sql<boolean>`(
    ${transaction} >= pg_snapshot_xmin(${earlier}) and ${transaction} < pg_snapshot_xmax(pg_current_snapshot())
    and not pg_visible_in_snapshot(${transaction}, ${earlier})
  )`
}
