import { textArgument } from '../../../platform/text.ts'

/**
 * A name out of a client's argument: 1 to 32 characters of any script.
 *
 * @throws BadUserInput
 */
export function nameArgument(value: string): string {
  return textArgument(value, { en: 'The name', zh: '用户名' }, { min: 1, max: 32 })
}

/**
 * A password that shall be set: 5 to 32 characters.
 *
 * @throws BadUserInput
 */
export function newPasswordArgument(value: string): string {
  return textArgument(value, { en: 'The password', zh: '密码' }, { min: 5, max: 32 })
}
