import { textArgument } from './text-argument.ts'

/**
 * Validates what a client searches for.
 *
 * @throws BadUserInput when it is empty or too long.
 */
export function queryArgument(value: string): string {
  return textArgument(value.trim(), { en: 'The query', zh: '搜索内容' }, { min: 1, max: 100 })
}
