import { BadUserInput, type Message } from '../runtime/errors.ts'

/** The largest id: 53 bits, so that an id is an exact number in JavaScript, JSON and float64. */
const largest = Number.MAX_SAFE_INTEGER

/** Whether a text can be an id: a positive decimal integer below 2^53 without leading zeros. */
export function isId(value: string): boolean {
  return /^[1-9][0-9]{0,15}$/.test(value) && Number(value) <= largest
}

/**
 * Validates an id argument.
 *
 * @param message the error for an invalid id.
 * @throws BadUserInput
 */
export function idArgument(
  value: string,
  message: Message = {
    en: `"${value.slice(0, 40)}" is not a valid id.`,
    zh: `“${value.slice(0, 40)}”不是有效的编号。`,
  },
): string {
  if (!isId(value)) throw new BadUserInput(message)
  return value
}

/**
 * Validates an argument with a list of ids.
 *
 * @param max the maximum number of ids.
 * @throws BadUserInput
 */
export function idsArgument(values: readonly string[], max: number): readonly string[] {
  if (values.length > max) {
    throw new BadUserInput({ en: `At most ${max} ids can be requested at once.`, zh: `一次最多查询 ${max} 个编号。` })
  }
  for (const value of values) idArgument(value)
  return values
}
