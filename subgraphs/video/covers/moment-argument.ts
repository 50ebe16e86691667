import { BadUserInput } from '../../../platform/runtime/errors.ts'

/**
 * A moment of a video out of a client's argument in seconds, in whole milliseconds; null when it has none.
 *
 * @throws BadUserInput when it lies before the beginning.
 */
export function momentArgument(seconds: number | null | undefined): number | null {
  if (seconds == null) return null
  if (seconds < 0) throw new BadUserInput({ en: 'A moment must not be negative.', zh: '时间不能为负数。' })
  return Math.round(Math.min(seconds, Number.MAX_SAFE_INTEGER / 1_000) * 1_000)
}
