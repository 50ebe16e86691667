import { readFileSync } from 'node:fs'
import graphql from '@graphql-eslint/eslint-plugin'
import { Linter } from 'eslint'
import { printSchema } from 'graphql'
import { expect, it } from 'vitest'
import { publicSchema } from '../../schema/public-schema.ts'

const schema = printSchema(
  publicSchema(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')),
)

/** The rules that a schema violates. */
function broken(schema: string): string[] {
  const found = new Linter().verify(
    schema,
    [
      {
        files: ['**/*.graphql'],
        plugins: { graphql: graphql as never },
        languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema } } },
        rules: {
          'graphql/relay-page-info': 'error',
          'graphql/relay-connection-types': 'error',
          // Lists are capped, so `first` has a default and may be omitted: the specification only requires that it exists.
          'graphql/relay-arguments': ['error', { includeBoth: false }],
          // Edges have no interface, and nodes may be null when their object has just been deleted.
          'graphql/relay-edge-types': [
            'error',
            { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
          ],
        },
      },
    ],
    { filename: 'schema.graphql' },
  )
  return found.map(({ ruleId, message, line }) => `${ruleId ?? ''} in line ${line}: ${message}`)
}

it('the schema keeps the rules of Relay', () => {
  expect(broken(schema)).toEqual([])
  const without = schema.replace('hasNextPage: Boolean!', 'hasMore: Boolean!')
  expect(broken(without)).toEqual([expect.stringContaining('relay-page-info')])
})
