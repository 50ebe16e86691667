import type { PageArguments } from './connection.ts'
import { BadUserInput } from '../runtime/errors.ts'

/** Larger than every id: ids have 53 bits. */
const aboveEveryId = String(2 ** 53)

/** An opaque cursor from the values of a row's sort key. */
export function encodeCursor(...key: readonly string[]): string {
  return Buffer.from(key.join(':')).toString('base64url')
}

/**
 * The values of a cursor's sort key, each a decimal integer.
 *
 * @throws BadUserInput when it is not a cursor with that many values.
 */
export function decodeCursor(cursor: string, values: number): string[] {
  const key = Buffer.from(cursor, 'base64url').toString().split(':')
  if (key.length !== values || !key.every((value) => /^[0-9]{1,16}$/.test(value))) {
    throw new BadUserInput({ en: 'Invalid cursor.', zh: '无效的翻页游标。' })
  }
  return key
}

/**
 * The exclusive upper bound of the ids on a page in descending order: the id in the cursor, or a bound above all ids.
 *
 * @throws BadUserInput when `after` is not a cursor.
 */
export function idBound({ after }: Pick<PageArguments, 'after'>): string {
  const [id = aboveEveryId] = after == null ? [] : decodeCursor(after, 1)
  return id
}
