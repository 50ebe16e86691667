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

/** One operation text, ready to be executed many times. Answers are fresh objects. */
export type CompiledOperation = (
  context: unknown,
  variables: Readonly<Record<string, unknown>>,
) => ExecutionResult | Promise<ExecutionResult>

/** More mistakes in one set of variables than anybody reads. */
const maxVariableErrors = 10

/**
 * Compiles an operation of a subgraph to JavaScript. The compiler never sees an argument's value: graphql-jit 0.8 writes
 * literals into code that it evaluates, a string among them can become code, and it forgets defaults. Arguments are read
 * by graphql's own functions instead and handed over as variables.
 *
 * @throws GraphQLError when the text is no GraphQL.
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
  if (!operation) return () => ({ errors: [new GraphQLError('There is no such operation.')] })

  const lean = withoutArguments(schema, document, operation)
  const compiled = compileQuery(schema, lean.document, operationName, { useExperimentalPathBasedSkipInclude: true })
  const definitions = operation.variableDefinitions ?? []
  const list = definitions.length === 1 && definitions[0] ? listOfAnything(definitions[0]) : null
  return (contextValue, given) => {
    // Without a prototype, a variable called `toString` that was left out is really absent.
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
  /** The variable's name; `$` keeps it apart from every name that a text can have. */
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
      // Conditions are Booleans, which the compiler does need to see.
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

/** Whether a variable may stand in a condition, `@include(if: $it)`. */
function isBoolean({ type }: VariableDefinitionNode): boolean {
  const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type
  return named.kind === Kind.NAMED_TYPE && named.name.value === 'Boolean'
}

/** The name of a variable that is a list of federation's scalar for anything, which is taken as it is given. */
function listOfAnything({ variable: { name }, type }: VariableDefinitionNode): string | null {
  const list = type.kind === Kind.NON_NULL_TYPE ? type.type : type
  const item = list.kind === Kind.LIST_TYPE && list.type.kind === Kind.NON_NULL_TYPE ? list.type.type : null
  return item?.kind === Kind.NAMED_TYPE && item.name.value === '_Any' ? name.value : null
}

function variable(name: string): VariableNode {
  const nameNode: NameNode = { kind: Kind.NAME, value: name }
  return { kind: Kind.VARIABLE, name: nameNode }
}

/** Defines a variable of federation's scalar for anything, which passes values on as they are. */
function anyVariable(name: string): VariableDefinitionNode {
  const directives: readonly ConstDirectiveNode[] = []
  const type = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: '_Any' } } as const
  return { kind: Kind.VARIABLE_DEFINITION, variable: variable(name), type, directives }
}

/** Whether an argument is a variable that was not given, so that the argument's default holds. */
function isLeftOut(value: ValueNode, variables: Readonly<Record<string, unknown>>): boolean {
  return value.kind === Kind.VARIABLE && !Object.hasOwn(variables, value.name.value)
}

/** A scalar that refused its value has said so in every language already. */
function wrongInput(error: GraphQLError): GraphQLError {
  if (errorCodeOf(error) !== undefined) return error
  return new BadUserInput({ en: error.message, zh: `参数有误：${error.message}` })
}

function wrongArgument(name: string): BadUserInput {
  return new BadUserInput({ en: `The argument "${name}" has a wrong value.`, zh: `参数“${name}”的值有误。` })
}
