import { BadUserInput, type Message } from '../runtime/errors.ts'

/** The length of a text in code points, as counted by Postgres' char_length. */
export function characters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/**
 * Validates a text argument of a client; bounds are in characters.
 *
 * @param name how the error calls it.
 * @throws BadUserInput when it is too short or too long, or contains what Postgres cannot store (NUL, half a surrogate pair).
 */
export function textArgument(
  value: string,
  name: Message,
  bounds: { readonly min: number; readonly max: number },
): string {
  if (value.includes('\0') || !value.isWellFormed()) {
    throw new BadUserInput({
      en: `${name.en} contains a character that cannot be stored.`,
      zh: `${name.zh}含有无法保存的字符。`,
    })
  }
  // A text of n characters has n to 2n UTF-16 units, so counting is only needed in between.
  const length = value.length > bounds.max * 2 ? Infinity : characters(value)
  if (length < bounds.min && length === 0) {
    throw new BadUserInput({ en: `${name.en} must not be empty.`, zh: `${name.zh}不能为空。` })
  }
  if (length < bounds.min || length > bounds.max) {
    throw new BadUserInput({
      en: `${name.en} must have ${bounds.min} to ${bounds.max} characters.`,
      zh: `${name.zh}须为 ${bounds.min} 至 ${bounds.max} 个字符。`,
    })
  }
  return value
}
