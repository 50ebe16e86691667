import { BadUserInput, type Message } from '../runtime/errors.ts'

/** The largest id: 53 bits, so that an id is an exact number in JavaScript, JSON and float64. */
const largest = Number.MAX_SAFE_INTEGER

/** Whether a text can be an id: a positive decimal integer below 2^53 without leading zeros. */
export function isId(value: string): boolean {
  return /^[1-9][0-9]{0,15}$/.test(value) && Number(value) <= largest
}

/**
 * An id out of a client's argument.
 *
 * @param message what to tell the client when it is none.
 * @throws BadUserInput
 */
export function idArgument(
  value: string,
  message: Message = { en: `"${value.slice(0, 40)}" is not an id.`, zh: `“${value.slice(0, 40)}”不是有效的编号。` },
): string {
  if (!isId(value)) throw new BadUserInput(message)
  return value
}

/**
 * Ids out of a client's argument that takes a list.
 *
 * @param most how many it takes.
 * @throws BadUserInput
 */
export function idsArgument(values: readonly string[], most: number): readonly string[] {
  if (values.length > most) {
    throw new BadUserInput({ en: `At most ${most} ids can be asked for at once.`, zh: `一次最多查询 ${most} 个编号。` })
  }
  for (const value of values) idArgument(value)
  return values
}
