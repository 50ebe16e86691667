import { GraphQLError, Lexer, Source, TokenKind } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import { BadUserInput, QueryTooComplex } from '../../platform/runtime/errors.ts'
import type { AnswerSize } from './admission/cost.ts'
import type { OperationShape } from './admission/shape.ts'

/** The limits on one operation, unless it is one of our own. */
export const limits = {
  /** Of a request body, in bytes. */
  bodyBytes: 64 * 1024,
  /** Lexical tokens of a document. */
  tokens: 1_500,
  /** Fields, spreads and inline fragments; each fragment counts where it is spread. */
  selections: 400,
  /** Nesting of fields. */
  depth: 10,
  aliases: 20,
  /** Each login, register and changePassword keeps a core busy. */
  passwordFields: 1,
  /** Fetches in the query plan. */
  fetches: 25,
  /** Objects in the answer, as counted by `answerSizeOf`. */
  cost: { anonymous: 1_000, signedIn: 5_000 },
  /** Scalars in the answer. */
  values: 15_000,
  /** The maximum size of the answer as JSON, in bytes, if all its texts have their maximum length. */
  answerBytes: 8 * 1024 * 1024,
  /** As counted by `schemaQuestionsIn`. */
  schemaQuestions: 10,
} as const

/**
 * Rejects an operation by its shape alone, before it is validated.
 *
 * @throws QueryTooComplex, or BadUserInput for a reserved alias.
 */
export function admitShape(shape: OperationShape, schemaQuestions: number): void {
  atMost(shape.selections, limits.selections, { en: 'selections', zh: '个选择项' })
  atMost(shape.depth, limits.depth, { en: 'levels of fields', zh: '层嵌套字段' })
  atMost(shape.aliases, limits.aliases, { en: 'aliases', zh: '个别名' })
  atMost(shape.passwordFields, limits.passwordFields, {
    en: 'of login, register and changePassword',
    zh: '个 login、register 或 changePassword',
  })
  atMost(schemaQuestions, limits.schemaQuestions, {
    en: 'introspection fields (the whole schema counts as ten)',
    zh: '个关于模式的查询（查询整个模式计为 10）',
  })
  if (shape.reservedAliases > 0) {
    throw new BadUserInput({
      en: 'An alias must not be the name of a built-in property, such as __proto__, nor __typename.',
      zh: '别名不能使用 __proto__ 等对象自带的名称，也不能使用 __typename。',
    })
  }
}

/**
 * Rejects a valid operation whose answer could have too many objects for its caller, or too many bytes.
 *
 * @param measure the maximum size of its answer, as counted by `answerSizeOf`.
 * @throws QueryTooComplex, or BadUserInput when a non-null argument is null.
 */
export function admitCost(measure: () => AnswerSize, { viewer }: Pick<Caller, 'viewer'>): void {
  const max = viewer ? limits.cost.signedIn : limits.cost.anonymous
  const { objects, values, bytes } = whatArgumentsAllow(measure)
  atMost(objects, max, { en: 'objects in its answer', zh: '个返回对象' })
  atMost(values, limits.values, { en: 'values in its answer', zh: '个返回值' })
  atMost(bytes, limits.answerBytes, { en: 'bytes in its answer', zh: '字节的返回内容' })
}

/** Turns GraphQL's errors about arguments into bad user input. */
function whatArgumentsAllow(count: () => AnswerSize): AnswerSize {
  try {
    return count()
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    throw new BadUserInput({ en: error.message, zh: `参数有误：${error.message}` })
  }
}

/**
 * Rejects a valid operation that needs too many fetches.
 *
 * @param count the number of fetches in its plan; before it is planned, a lower bound.
 * @throws QueryTooComplex
 */
export function admitFetches(count: number): void {
  atMost(count, limits.fetches, fetches)
}

const fetches = { en: 'fetches from subgraphs', zh: '次后端查询' } as const

/** The error for a text with too many tokens; null when it has few enough. */
export function tooManyTokens(text: string): QueryTooComplex | null {
  const lexer = new Lexer(new Source(text))
  try {
    for (let count = 0; count <= limits.tokens; count++) {
      if (lexer.advance().kind === TokenKind.EOF) return null
    }
  } catch {
    return null
  }
  return tooMuch(limits.tokens, { en: 'tokens', zh: '个词元' })
}

/** The error for a request body over its limit. */
export function tooManyBytes(): QueryTooComplex {
  return tooMuch(limits.bodyBytes, { en: 'bytes', zh: '字节' })
}

/** Larger numbers are not shown. */
const unspeakable = 1e9

function atMost(count: number, max: number, what: { readonly en: string; readonly zh: string }): void {
  if (count > max) throw tooMuch(max, what, count < unspeakable ? count : undefined)
}

function tooMuch(max: number, what: { readonly en: string; readonly zh: string }, count?: number): QueryTooComplex {
  return new QueryTooComplex({
    en: `The operation is too large: at most ${max} ${what.en}${count === undefined ? '' : `, not ${count}`}.`,
    zh: `请求过于复杂：最多 ${max} ${what.zh}${count === undefined ? '' : `，本次为 ${count}`}。`,
  })
}
