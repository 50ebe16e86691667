import { BadUserInput } from '../../../platform/runtime/errors.ts'

/**
 * Converts a time argument in seconds to whole milliseconds; null when it is absent.
 *
 * @throws BadUserInput when it is negative.
 */
export function coverTimeArgument(seconds: number | null | undefined): number | null {
  if (seconds == null) return null
  if (seconds < 0) throw new BadUserInput({ en: 'The cover time must not be negative.', zh: '封面时间不能为负数。' })
  return Math.round(Math.min(seconds, Number.MAX_SAFE_INTEGER / 1_000) * 1_000)
}
