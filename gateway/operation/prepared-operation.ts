import { createHash } from 'node:crypto'
import {
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import type { OperationKind } from '../../platform/graphql/deadlines.ts'
import { limits } from './admission.ts'
import { answerSizeOf, type AnswerSize } from './admission/cost.ts'
import { fetchesAtLeast, type FieldOwners } from './admission/fetches.ts'
import { ratesOf, type RateKind } from './admission/rates.ts'
import { schemaQuestionsIn } from './admission/schema-questions.ts'
import { shapeOf, type OperationShape } from './admission/shape.ts'
import type { RequestErrorCode } from './presented-errors.ts'
import { createSizes } from './answer-sizes.ts'

/**
 * An operation, and everything about it that depends neither on its caller nor on its variables. Each part is computed on
 * demand, once.
 */
export interface PreparedOperation {
  readonly text: string
  /** The name by which it was selected in its document, if any. */
  readonly name: string | undefined
  readonly kind: OperationKind
  readonly document: DocumentNode
  readonly node: OperationDefinitionNode
  /** Whether it is pure introspection. */
  readonly asksTheSchema: boolean
  /** Whether its answer may contain a token or a signed URL. */
  readonly answersSecrets: boolean
  /** The SHA-256 of its text, in hexadecimal. */
  readonly hash: () => string
  /** How it counts towards the rate limits. */
  readonly rates: () => ReadonlyMap<RateKind, number>
  readonly shape: () => OperationShape
  /** As counted by `schemaQuestionsIn`. */
  readonly schemaQuestions: () => number
  /** GraphQL's validation errors; none when it is valid. */
  readonly validationErrors: () => readonly GraphQLError[]
  /** A lower bound on the number of its fetches, if it is valid. */
  readonly fetchesAtLeast: () => number
  /**
   * An upper bound on its answer with these variables, which are coerced and without a prototype, if it is valid.
   *
   * @throws GraphQLError when a non-null argument is null.
   */
  readonly sizeOf: (variables: Readonly<Record<string, unknown>>) => AnswerSize
}

/** Why a text is not an operation. */
export interface Unprepared {
  readonly error: GraphQLError
  readonly code: RequestErrorCode
}

/** What operations are prepared against. */
export interface PreparationOptions {
  readonly schema: GraphQLSchema
  readonly fieldOwners: FieldOwners
  /** Whether errors may suggest names. */
  readonly suggestNames: boolean
}

/** Parses a text and selects an operation in it. */
export function prepareOperation(
  { schema, fieldOwners, suggestNames }: PreparationOptions,
  text: string,
  name: string | undefined,
): PreparedOperation | Unprepared {
  let document: DocumentNode
  try {
    document = parse(text, { maxTokens: limits.tokens })
  } catch (error) {
    if (error instanceof GraphQLError) return { error, code: 'GRAPHQL_PARSE_FAILED' }
    throw error
  }
  const node = getOperationAST(document, name)
  const root = node && schema.getRootType(node.operation)
  if (!node || !root) return { error: noSuchOperation(node, name), code: 'OPERATION_RESOLUTION_FAILURE' }
  const kind = node.operation === OperationTypeNode.MUTATION ? 'mutation' : 'query'
  const variableNames = (node.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
  return {
    text,
    name,
    kind,
    document,
    node,
    asksTheSchema: node.selectionSet.selections.every(
      (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
    ),
    answersSecrets: kind === 'mutation' || text.includes('upload'),
    hash: once(() => createHash('sha256').update(text).digest('hex')),
    rates: once(() => ratesOf(document, node)),
    shape: once(() => shapeOf(document, node)),
    schemaQuestions: once(() => schemaQuestionsIn(document, node)),
    validationErrors: once(() => validate(schema, document, undefined, { hideSuggestions: !suggestNames })),
    fetchesAtLeast: once(() => fetchesAtLeast(fieldOwners, document, node, root.name)),
    sizeOf: createSizes(variableNames, (variables) => answerSizeOf(schema, document, node, variables)),
  }
}

export function isPrepared(operation: PreparedOperation | Unprepared): operation is PreparedOperation {
  return 'document' in operation
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}

function noSuchOperation(node: OperationDefinitionNode | null | undefined, name: string | undefined): GraphQLError {
  if (node) return new GraphQLError(`This schema has no ${node.operation}s.`, { nodes: node })
  return new GraphQLError(name ? `Unknown operation named "${name}".` : 'Must provide the name of one operation.')
}
