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
 * What resolvers answered, as they hold it: objects that others may hold, too, so nobody may write to them. Leaves are not
 * checked, what could not be read is an Error in its own place, and objects may have more in them than was asked for.
 */
export interface Values {
  /** By response names, which are the names of fields everywhere but at the root. */
  readonly data: Row
  /** The same as GraphQL answers it: copied, checked, and with the errors apart. */
  readonly complete: () => ExecutionResult | Promise<ExecutionResult>
}

/** Null when the variables do not fit; nothing has run then. */
export type PlainOperation = (context: unknown, variables: Row) => Values | Promise<Values> | null

export interface PlainSchemas {
  readonly schema: GraphQLSchema
  /** The same without any resolver. */
  readonly withoutResolvers: () => GraphQLSchema
}

/**
 * Prepares a query in which only root fields, and fields of entities, have resolvers: what these answer holds all that was
 * asked for. Null for every other operation, and for what is not valid.
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
      // Only before anything has run: all of them are read before the first promise is waited for.
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
