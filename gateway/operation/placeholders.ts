import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLInt,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'

/** Variables for planning an operation: the simplest values for required ones. They are never sent anywhere. */
export function placeholdersFor(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): Record<string, unknown> {
  const placeholders: Record<string, unknown> = {}
  for (const { variable, type: typeNode, defaultValue } of variableDefinitions) {
    if (typeNode.kind !== Kind.NON_NULL_TYPE || defaultValue) continue
    const type = typeFromAST(schema, typeNode) as GraphQLInputType | undefined
    if (type) placeholders[variable.name.value] = placeholder(type)
  }
  return placeholders
}

function placeholder(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return placeholder(type.ofType)
  if (isListType(type)) return []
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField)
    return Object.fromEntries(required.map((field) => [field.name, placeholder(field.type)]))
  }
  if (type === GraphQLBoolean) return false
  return type === GraphQLInt || type === GraphQLFloat ? 1 : '1'
}
