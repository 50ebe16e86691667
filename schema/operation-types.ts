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
 * @param options `selectsTypenames` for clients whose cache adds `__typename` to each selection.
 * @throws when an operation does not fit the schema.
 */
export async function operationTypes(
  schema: GraphQLSchema,
  folder: URL,
  { selectsTypenames = false } = {},
): Promise<string> {
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
      skipTypename: !selectsTypenames,
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
      return `  ${name}: { name: '${name}', kind: '${kindOf(document)}', text: ${JSON.stringify(print(document))} },`
    }),
    '} as const;',
    '',
    '/** When a mutation answers null it has failed, and its error is thrown before the data is read. */',
    'type Done<Data> = { readonly [Field in keyof Data]: NonNullable<Data[Field]> };',
    '',
    '/** Variables and data of each operation. */',
    'export interface Operations {',
    ...operations.map(([name, document]) => {
      const kind = kindOf(document)
      const type = `${name}${kind.charAt(0).toUpperCase()}${kind.slice(1)}`
      const data = kind === OperationTypeNode.MUTATION ? `Done<${type}>` : type
      return `  ${name}: { data: ${data}; variables: ${type}Variables };`
    }),
    '}',
    '',
  ].join('\n')
}

function kindOf(document: DocumentNode): OperationTypeNode {
  for (const node of document.definitions) if (node.kind === Kind.OPERATION_DEFINITION) return node.operation
  throw new Error('A document without an operation.')
}
