import { GraphQLError, Lexer, Source, TokenKind } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import { BadUserInput, QueryTooComplex } from '../../platform/runtime/errors.ts'
import type { AnswerSize } from './admission/cost.ts'
import type { OperationShape } from './admission/shape.ts'

/** What one operation may ask for, unless it is one of our own. */
export const limits = {
  /** Of a request body, in bytes. */
  bodyBytes: 64 * 1024,
  /** Words, names and signs of a document. */
  tokens: 1_500,
  /** Fields, spreads and inline fragments, each fragment counted where it is spread. */
  selections: 400,
  /** Fields inside fields. */
  depth: 10,
  aliases: 20,
  /** Each login, register and changePassword keeps a core busy. */
  passwordFields: 1,
  /** Fetches in the query plan. */
  fetches: 25,
  /** Objects in the answer, as `answerSizeOf` counts. */
  cost: { anonymous: 1_000, signedIn: 5_000 },
  /** Scalars in the answer. */
  values: 15_000,
  /** What an answer may weigh as JSON, in bytes, when every text in it is as long as it may be. */
  answerBytes: 8 * 1024 * 1024,
  /** As `schemaQuestionsIn` counts. */
  schemaQuestions: 10,
} as const

/**
 * Refuses an operation by its form alone, before it is validated.
 *
 * @throws QueryTooComplex, or BadUserInput when an alias is taken.
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
    en: 'questions about the schema (the whole of it counts ten)',
    zh: '个关于模式的查询（查询整个模式计为 10）',
  })
  if (shape.reservedAliases > 0) {
    throw new BadUserInput({
      en: 'An alias must not be a name that every object has, such as __proto__, nor __typename.',
      zh: '别名不能使用 __proto__ 等对象自带的名称，也不能使用 __typename。',
    })
  }
}

/**
 * Refuses a valid operation that could answer too many objects for its caller, or too many bytes.
 *
 * @param measure how much it can answer at most, as `answerSizeOf` counts.
 * @throws QueryTooComplex, or BadUserInput when an argument is null that must not be.
 */
export function admitCost(measure: () => AnswerSize, { viewer }: Pick<Caller, 'viewer'>): void {
  const most = viewer ? limits.cost.signedIn : limits.cost.anonymous
  const { objects, values, bytes } = whatArgumentsAllow(measure)
  atMost(objects, most, { en: 'objects in its answer', zh: '个返回对象' })
  atMost(values, limits.values, { en: 'values in its answer', zh: '个返回值' })
  atMost(bytes, limits.answerBytes, { en: 'bytes in its answer', zh: '字节的返回内容' })
}

/** Says as bad input what GraphQL finds wrong with arguments. */
function whatArgumentsAllow(count: () => AnswerSize): AnswerSize {
  try {
    return count()
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    throw new BadUserInput({ en: error.message, zh: `参数有误：${error.message}` })
  }
}

/**
 * Refuses a valid operation that would ask the subgraphs too often.
 *
 * @param count how many fetches its plan has; before it is planned, how many that has at least.
 * @throws QueryTooComplex
 */
export function admitFetches(count: number): void {
  atMost(count, limits.fetches, fetches)
}

const fetches = { en: 'fetches from the services behind', zh: '次后端查询' } as const

/** The refusal of a text with too many tokens; null when it has few enough. */
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

/** The refusal of a request body over its limit. */
export function tooManyBytes(): QueryTooComplex {
  return tooMuch(limits.bodyBytes, { en: 'bytes', zh: '字节' })
}

/** From here on a number tells a reader nothing. */
const unspeakable = 1e9

function atMost(count: number, most: number, what: { readonly en: string; readonly zh: string }): void {
  if (count > most) throw tooMuch(most, what, count < unspeakable ? count : undefined)
}

function tooMuch(most: number, what: { readonly en: string; readonly zh: string }, count?: number): QueryTooComplex {
  return new QueryTooComplex({
    en: `The operation asks for too much: at most ${most} ${what.en}${count === undefined ? '' : `, not ${count}`}.`,
    zh: `请求过于复杂：最多 ${most} ${what.zh}${count === undefined ? '' : `，本次为 ${count}`}。`,
  })
}
