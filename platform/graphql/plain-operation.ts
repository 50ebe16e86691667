import {
  execute,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
  parse,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql'
import { afterAll } from './maybe-promise.ts'
import type { Row } from './plain-arguments.ts'
import { readPlainFields, wrongArguments } from './plain-fields.ts'

/**
 * Results of resolvers as they are: the objects may be shared, so they must not be changed. Leaf values are not checked, failed
 * values are Errors in their own place, and objects may contain more than was selected.
 */
export interface Values {
  /** By response name, which is the name of the field everywhere but at the root. */
  readonly data: Row
  /** The same as a GraphQL result: copied, checked, and with errors listed separately. */
  readonly complete: () => ExecutionResult | Promise<ExecutionResult>
}

/** Null when the variables are invalid; nothing was executed. */
export type PlainOperation = (context: unknown, variables: Row) => Values | Promise<Values> | null

export interface PlainSchemas {
  readonly schema: GraphQLSchema
  /** The same without any resolvers. */
  readonly withoutResolvers: () => GraphQLSchema
}

/**
 * Prepares a query in which only root fields and fields of entities have resolvers, whose results contain everything selected.
 * Null for every other operation, and for an invalid one.
 */
export function preparePlainOperation(
  { schema, withoutResolvers }: PlainSchemas,
  query: string,
  operationName: string | undefined,
): PlainOperation | null {
  const document = parse(query)
  const operation = getOperationAST(document, operationName)
  const type = schema.getQueryType()
  if (operation?.operation !== OperationTypeNode.QUERY || !type) return null
  const roots = readPlainFields(schema, operation, type)
  if (!roots) return null
  const { variableDefinitions = [] } = operation
  const isCoerced = variableDefinitions.length > 0 && !roots.isEntitiesAlone

  return (context, given) => {
    const variables = isCoerced
      ? getVariableValues(schema, variableDefinitions, given, { maxErrors: 1 }).coerced
      : given
    if (!variables) return null
    const values: unknown[] = []
    for (const field of roots.fields) {
      const value = field.resolve({}, context, variables)
      // Only before anything was executed: all are checked before the first promise is awaited.
      if (value === wrongArguments) return null
      values.push(value)
    }
    const answer = (resolved: readonly unknown[]): Values => {
      const data: Record<string, unknown> = {}
      roots.fields.forEach(({ responseName }, index) => (data[responseName] = resolved[index]))
      const complete = (): ExecutionResult | Promise<ExecutionResult> =>
        execute({
          schema: withoutResolvers(),
          document,
          operationName,
          variableValues: given,
          rootValue: data,
          fieldResolver: (source: Row, _arguments, _context, { path }) => source[path.key],
        })
      return { data, complete }
    }
    return afterAll(values, answer)
  }
}
