import { BadUserInput } from '../../../platform/runtime/errors.ts'
import { textArgument } from '../../../platform/text/text-argument.ts'
import { withoutListedWords, type WordFilter } from '../../../platform/text/word-filter.ts'
import { foldedNames } from './folded-names.ts'

/** Embeddings, overrides and isolates: they make `ratS` read like `Star` (Unicode Standard Annex 9). */
const turnsText = /[\u202A-\u202E\u2066-\u2069]/

const theName = { en: 'The name', zh: '用户名' }

/**
 * Validates a name argument: 1 to 32 characters of any script.
 *
 * @throws BadUserInput
 */
export function nameArgument(value: string): string {
  return textArgument(value, theName, { min: 1, max: 32 })
}

/**
 * Validates a name for a new account.
 *
 * @throws BadUserInput when the name is not permitted or contains a sensitive word.
 */
export function newNameArgument(value: string, sensitiveWords: WordFilter): string {
  const name = nameArgument(value)
  if (foldedNames(name).length === 0 || turnsText.test(name)) {
    throw new BadUserInput({
      en: 'The name must have visible characters, and no control characters that change the text direction.',
      zh: '用户名须包含可见字符，且不能含有改变文字方向的控制字符。',
    })
  }
  return withoutListedWords(sensitiveWords, name, theName)
}

/**
 * Validates a new password: 5 to 32 characters.
 *
 * @throws BadUserInput
 */
export function newPasswordArgument(value: string): string {
  return textArgument(value, { en: 'The password', zh: '密码' }, { min: 5, max: 32 })
}
