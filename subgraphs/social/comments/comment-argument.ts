import { textArgument } from '../../../platform/text/text-argument.ts'
import type { WordFilter } from '../../../platform/text/word-filter.ts'
import type { CommentRow } from './repository.ts'

/**
 * The text of a comment or reply out of a client's argument, with sensitive words masked; blanks alone count as empty.
 *
 * @throws BadUserInput for an empty or long text.
 */
export function maskedComment(
  argument: string,
  words: Pick<WordFilter, 'mask'>,
): Pick<CommentRow, 'content' | 'originalContent'> {
  const given = argument.trim() === '' ? '' : argument
  const written = textArgument(given, { en: 'The comment', zh: '评论' }, { min: 1, max: 500 })
  const content = words.mask(written)
  return { content, originalContent: content === written ? null : written }
}
