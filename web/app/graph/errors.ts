import { CombinedGraphQLErrors } from '@apollo/client'
import { ClientError, type GraphError } from '../../../client/errors.ts'
import { commonTexts } from '../language/common-texts.ts'
import { currentLanguage } from '../language/language.ts'
import { textOf } from '../language/texts.ts'

/** The code of an error, such as `NOT_FOUND`; `OFFLINE` when nothing answered. */
export function codeOf(error: unknown): string {
  if (error instanceof ClientError) return error.code
  if (CombinedGraphQLErrors.is(error)) {
    const [first]: readonly GraphError[] = error.errors
    return first?.extensions?.code ?? ''
  }
  return ''
}

/** What to tell a user of an error, in their language. */
export function messageOf(error: unknown): string {
  if (CombinedGraphQLErrors.is(error)) {
    const [first]: readonly GraphError[] = error.errors
    return first?.message ?? textOf(commonTexts.failed, currentLanguage())
  }
  const language = currentLanguage()
  if (codeOf(error) === 'OFFLINE') return textOf(commonTexts.noAnswer, language)
  return error instanceof ClientError ? error.message : textOf(commonTexts.failed, language)
}
