import { textArgument } from '../../../platform/text/text-argument.ts'
import { withoutListedWords, type WordFilter } from '../../../platform/text/word-filter.ts'

/** @throws BadUserInput for a title that is too long or has a sensitive word. */
export function titleArgument(value: string, sensitiveWords: WordFilter): string {
  const name = { en: 'The title', zh: '标题' }
  return withoutListedWords(sensitiveWords, textArgument(value, name, { min: 0, max: 100 }), name)
}
