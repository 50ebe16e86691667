import { textArgument } from '../../../platform/text.ts'
import { withoutListedWords, type WordFilter } from '../../../platform/word-filter.ts'

const theName = { en: 'The name', zh: '用户名' }

/**
 * A name out of a client's argument: 1 to 32 characters of any script.
 *
 * @throws BadUserInput
 */
export function nameArgument(value: string): string {
  return textArgument(value, theName, { min: 1, max: 32 })
}

/**
 * A name that shall be given to a person.
 *
 * @throws BadUserInput when nobody can have it, or when it holds a sensitive word.
 */
export function newNameArgument(value: string, sensitiveWords: WordFilter): string {
  return withoutListedWords(sensitiveWords, nameArgument(value), theName)
}

/**
 * A password that shall be set: 5 to 32 characters.
 *
 * @throws BadUserInput
 */
export function newPasswordArgument(value: string): string {
  return textArgument(value, { en: 'The password', zh: '密码' }, { min: 5, max: 32 })
}
