import { readFileSync } from 'node:fs'
import { extendSchema, parse, type GraphQLSchema } from 'graphql'

/** The schema that clients see: what the subgraphs compose, and the stream of events, which only the gateway serves. */
export function withEvents(schema: GraphQLSchema): GraphQLSchema {
  return extendSchema(schema, parse(readFileSync(new URL('../../schema/events.graphql', import.meta.url), 'utf8')))
}
