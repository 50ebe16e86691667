import { readdir, readFile } from 'node:fs/promises'
import { codegen } from '@graphql-codegen/core'
import * as operationsPlugin from '@graphql-codegen/typescript-operations'
import {
  concatAST,
  Kind,
  OperationTypeNode,
  parse,
  print,
  printSchema,
  separateOperations,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql'

/**
 * The operations of a folder as text, with their types.
 *
 * @throws when an operation does not fit the schema.
 */
export async function operationTypes(schema: GraphQLSchema, folder: URL): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql')).sort()
  const whole = concatAST(
    await Promise.all(names.map(async (name) => parse(await readFile(new URL(name, folder), 'utf8')))),
  )
  const errors = validate(schema, whole)
  if (errors.length > 0) throw new Error(errors.map((error) => error.message).join('\n'))
  const types = await codegen({
    filename: 'operations.generated.ts',
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    documents: [{ location: folder.pathname, document: whole }],
    config: {
      scalars: { DateTime: 'string', ID: 'string' },
      enumsAsTypes: true,
      skipTypename: true,
      onlyOperationTypes: true,
    },
    plugins: [{ operations: {} }],
    pluginMap: { operations: operationsPlugin },
  })
  return `${types}\n${operationTable(whole)}`
}

/** Each operation with only the fragments it uses, as one text that the gateway plans once. */
function operationTable(whole: DocumentNode): string {
  const operations = Object.entries(separateOperations(whole))
  return [
    '/** All operations by name: kind and text. */',
    'export const operations = {',
    ...operations.map(([name, document]) => {
      const kind = isMutation(document) ? 'mutation' : 'query'
      return `  ${name}: { name: '${name}', kind: '${kind}', text: ${JSON.stringify(print(document))} },`
    }),
    '} as const;',
    '',
    '/** When a mutation answers null it has failed, and its error is thrown before the data is read. */',
    'type Done<Data> = { readonly [Field in keyof Data]: NonNullable<Data[Field]> };',
    '',
    '/** Variables and data of each operation. */',
    'export interface Operations {',
    ...operations.map(([name, document]) => {
      return isMutation(document)
        ? `  ${name}: { data: Done<${name}Mutation>; variables: ${name}MutationVariables };`
        : `  ${name}: { data: ${name}Query; variables: ${name}QueryVariables };`
    }),
    '}',
    '',
  ].join('\n')
}

function isMutation(document: DocumentNode): boolean {
  return document.definitions.some(
    (node) => node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.MUTATION,
  )
}
