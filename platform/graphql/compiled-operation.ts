import {
  execute,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  Kind,
  parse,
  TypeInfo,
  validate,
  valueFromAST,
  visit,
  visitWithTypeInfo,
  type ConstDirectiveNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLInputType,
  type GraphQLSchema,
  type NameNode,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'
import { BadUserInput, errorCodeOf } from '../runtime/errors.ts'

/** One operation text, compiled for many executions. Answers are fresh objects. */
export type CompiledOperation = (
  context: unknown,
  variables: Readonly<Record<string, unknown>>,
) => ExecutionResult | Promise<ExecutionResult>

/** More errors in one set of variables than anyone reads. */
const maxVariableErrors = 10

/**
 * Compiles an operation of a subgraph to JavaScript. The compiler never gets the value of an argument: graphql-jit 0.8 writes
 * literals into the code that it evaluates, so a string could become code, and it loses defaults. Arguments are coerced by
 * graphql's own functions instead and passed as variables.
 *
 * @throws GraphQLError when the text is not valid GraphQL.
 */
export function compileOperation(
  schema: GraphQLSchema,
  query: string,
  operationName: string | undefined,
): CompiledOperation {
  const document = parse(query)
  const errors = validate(schema, document)
  const operation = getOperationAST(document, operationName)
  if (errors.length > 0) return () => ({ errors })
  if (!operation) return () => ({ errors: [new GraphQLError('This operation does not exist.')] })

  const lean = withoutArguments(schema, document, operation)
  const compiled = compileQuery(schema, lean.document, operationName, { useExperimentalPathBasedSkipInclude: true })
  const definitions = operation.variableDefinitions ?? []
  const list = definitions.length === 1 && definitions[0] ? listOfAnything(definitions[0]) : null
  return (contextValue, given) => {
    // Without a prototype, an omitted variable called `toString` is really absent.
    const values = Object.create(null) as Record<string, unknown>
    const representations = list === null ? undefined : given[list]
    if (list !== null && Array.isArray(representations) && !representations.some((each) => each == null)) {
      values[list] = representations
    } else {
      const variables = getVariableValues(schema, definitions, given, { maxErrors: maxVariableErrors })
      if (variables.errors) return { errors: variables.errors.map(wrongInput) }
      Object.assign(values, variables.coerced)
    }
    for (const argument of lean.arguments) {
      const value = valueFromAST(argument.value, argument.type, values)
      if (value !== undefined) values[argument.name] = value
      else if (!isLeftOut(argument.value, values)) return { errors: [wrongArgument(argument.shownName)] }
    }
    if (isCompiledQuery(compiled)) return compiled.query({}, contextValue, values)
    return execute({ schema, document, operationName, contextValue, rootValue: {}, variableValues: given })
  }
}

/** An argument whose value was replaced by a variable. */
interface LiftedArgument {
  /** The variable's name; `$` cannot occur in names of the text. */
  readonly name: string
  readonly shownName: string
  readonly type: GraphQLInputType
  readonly value: ValueNode
}

function withoutArguments(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): { readonly document: DocumentNode; readonly arguments: readonly LiftedArgument[] } {
  const lifted: LiftedArgument[] = []
  const typeInfo = new TypeInfo(schema)
  const body = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      // Conditions are Booleans, which the compiler must see.
      Directive: () => false,
      VariableDefinition: () => false,
      Argument(node) {
        const argument = typeInfo.getArgument()
        if (!argument) return undefined
        const name = `argument$${lifted.length}`
        lifted.push({ name, shownName: node.name.value, type: argument.type, value: node.value })
        return { ...node, value: variable(name) }
      },
    }),
  )
  const definitions = [
    ...(operation.variableDefinitions ?? []).filter((definition) => isBoolean(definition)),
    ...lifted.map(({ name }) => anyVariable(name)),
  ]
  const isSame = (node: { readonly loc?: unknown }): boolean => node.loc === operation.loc
  return {
    arguments: lifted,
    document: {
      ...body,
      definitions: body.definitions.map((node) =>
        node.kind === Kind.OPERATION_DEFINITION && isSame(node) ? { ...node, variableDefinitions: definitions } : node,
      ),
    },
  }
}

/** Whether a variable may be used in a condition, `@include(if: $it)`. */
function isBoolean({ type }: VariableDefinitionNode): boolean {
  const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type
  return named.kind === Kind.NAMED_TYPE && named.name.value === 'Boolean'
}

/** The name of a variable that is a list of federation's `_Any` scalar, which is passed as it is. */
function listOfAnything({ variable: { name }, type }: VariableDefinitionNode): string | null {
  const list = type.kind === Kind.NON_NULL_TYPE ? type.type : type
  const item = list.kind === Kind.LIST_TYPE && list.type.kind === Kind.NON_NULL_TYPE ? list.type.type : null
  return item?.kind === Kind.NAMED_TYPE && item.name.value === '_Any' ? name.value : null
}

function variable(name: string): VariableNode {
  const nameNode: NameNode = { kind: Kind.NAME, value: name }
  return { kind: Kind.VARIABLE, name: nameNode }
}

/** Defines a variable of federation's `_Any` scalar, which passes values as they are. */
function anyVariable(name: string): VariableDefinitionNode {
  const directives: readonly ConstDirectiveNode[] = []
  const type = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: '_Any' } } as const
  return { kind: Kind.VARIABLE_DEFINITION, variable: variable(name), type, directives }
}

/** Whether an argument is an omitted variable, so that the argument's default applies. */
function isLeftOut(value: ValueNode, variables: Readonly<Record<string, unknown>>): boolean {
  return value.kind === Kind.VARIABLE && !Object.hasOwn(variables, value.name.value)
}

/** A scalar that rejected its value has already given a message in every language. */
function wrongInput(error: GraphQLError): GraphQLError {
  if (errorCodeOf(error) !== undefined) return error
  return new BadUserInput({ en: error.message, zh: `参数有误：${error.message}` })
}

function wrongArgument(name: string): BadUserInput {
  return new BadUserInput({ en: `The argument "${name}" has an invalid value.`, zh: `参数“${name}”的值有误。` })
}
