import { BadUserInput } from './errors.ts'

/** An opaque cursor out of the values of a row's sort key. */
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
    throw new BadUserInput({ en: 'That cursor is none of ours.', zh: '无效的翻页游标。' })
  }
  return key
}
