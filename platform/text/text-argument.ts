import { BadUserInput, type Message } from '../runtime/errors.ts'

/** The length of a text in characters, as Postgres' char_length counts them: code points. */
export function characters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/**
 * A text out of a client's argument, with a length in characters.
 *
 * @param name what to call it in the refusal.
 * @throws BadUserInput when it is too short or too long, or holds what Postgres cannot keep (NUL, half a surrogate pair).
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
  // A text of n characters has at least n and at most 2n UTF-16 units: the count is only needed in between.
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
