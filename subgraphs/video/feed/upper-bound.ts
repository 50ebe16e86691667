import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { publishedAtOf } from '../videos/repository.ts'

/**
 * The time before which the videos of a page were published: the earlier one of its cursor and an argument; null without both.
 *
 * @throws BadUserInput for a cursor that is none.
 */
export function upperBound(
  { after }: Pick<PageArguments, 'after'>,
  publishedBefore: Date | null | undefined,
): Date | null {
  const bounds = [publishedBefore, after == null ? null : publishedAtOf(after)].filter((bound) => bound != null)
  return bounds.length === 0 ? null : new Date(Math.min(...bounds.map(Number)))
}
