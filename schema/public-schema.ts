import { Supergraph } from '@apollo/federation-internals'
import type { GraphQLSchema } from 'graphql'

/** The schema for clients: without @inaccessible elements and federation's own types. */
export function publicSchema(supergraphSdl: string): GraphQLSchema {
  return Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema()
}
