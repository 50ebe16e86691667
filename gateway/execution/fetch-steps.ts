import { OperationTypeNode, type ExecutionResult, type GraphQLError, type GraphQLSchema } from 'graphql'
import type { Caller } from '../../platform/caller.ts'
import type { SubgraphClient } from '../subgraph-data-source.ts'
import type { Decisions } from './conditions.ts'
import { downstreamError, objectsAt, pathsTo, type Path } from './downstream-error.ts'
import { merge, type Data } from './merge.ts'
import type { FetchNode } from './plan-nodes.ts'
import { compileRepresentations } from './representations.ts'

/** One execution of a plan. */
export interface Run {
  readonly variables: Readonly<Record<string, unknown>>
  readonly caller: Caller
  readonly decisions: Decisions
  /** All that subgraphs have answered so far, put together. */
  readonly data: Data
  readonly errors: unknown[]
}

/** Takes a plan one step further. What a fetch fails with stands in the errors afterwards. */
export type Step = (run: Run) => Promise<void>

/** What a fetch sends its representations as. */
const representationsVariable = 'representations'

/** Compiles a fetch of root fields; a text says why that cannot be done. */
export function compileRootFetch(client: SubgraphClient, node: FetchNode): Step | string {
  if (node.requires) return 'a fetch that requires something of the root'
  const send = compileSending(client, node)
  if (typeof send === 'string') return send
  const { serviceName } = node
  return async (run) => {
    try {
      const { data, errors } = await send(run)
      if (errors) for (const error of errors) report(run, serviceName, error, error.path)
      if (data) merge(run.data, data)
    } catch (error) {
      run.errors.push(error)
    }
  }
}

/** Compiles a fetch about what others have found at a path; a text says why that cannot be done. */
export function compileEntityFetch(
  schema: GraphQLSchema,
  client: SubgraphClient,
  path: Path,
  node: FetchNode,
): Step | string {
  if (!node.requires) return 'a fetch of root fields below the root'
  if (node.variableUsages?.includes(representationsVariable)) return 'a variable with the name of the representations'
  const represent = compileRepresentations(schema, node.requires)
  if (typeof represent === 'string') return represent
  const send = compileSending(client, node)
  if (typeof send === 'string') return send
  // Nothing below holds the node: a plan is large, and not needed any more.
  const { serviceName } = node

  return async (run) => {
    // What was answered in the wrong shape ends the whole operation, so this stands outside.
    const found = objectsAt(run.data, path)
    try {
      const { distinct, indices, objects } = represent(found)
      if (distinct.length === 0) return
      const { data, errors } = await send(run, distinct)
      if (errors) reportAll(run, errors, indices)
      if (!data) return
      const entities = data['_entities']
      if (!Array.isArray(entities)) throw new Error(`Expected "data._entities" in response to be an array`)
      if (entities.length !== distinct.length) {
        throw new Error(`Expected "data._entities" to contain ${distinct.length} elements`)
      }
      objects.forEach((object, position) => {
        const entity = (entities as readonly (Data | null)[])[indices[position] ?? -1]
        if (!entity) return
        entity['__typename'] ||= object['__typename']
        merge(object, entity)
      })
    } catch (error) {
      run.errors.push(error)
    }
  }

  /** An error about an entity concerns every object that it stands for. */
  function reportAll(run: Run, errors: readonly GraphQLError[], indices: readonly number[]): void {
    const paths = pathsTo(run.data, path)
    for (const error of errors) {
      const index = error.path?.[1]
      if (typeof index !== 'number') report(run, serviceName, error, error.path && [...path, ...error.path])
      else {
        const rest = error.path?.slice(2) ?? []
        indices.forEach((each, position) => {
          // The path of the object at this position among all, as the stock executor has it, even of those left out.
          if (each === index) report(run, serviceName, error, [...(paths[position] ?? []), ...rest])
        })
      }
    }
  }
}

function report(run: Run, serviceName: string, error: GraphQLError, path: Path | undefined): void {
  run.errors.push(downstreamError(error, serviceName, path))
}

type Send = (run: Run, representations?: readonly Data[]) => Promise<ExecutionResult<Data>>

function compileSending(client: SubgraphClient, node: FetchNode): Send | string {
  if (node.inputRewrites?.length || node.contextRewrites?.length) return 'a fetch whose input is rewritten'
  if (node.outputRewrites?.length) return 'a fetch whose answer is rewritten'
  const { operation: query, operationName, variableUsages = [] } = node
  const kind = node.operationKind === OperationTypeNode.MUTATION ? 'mutation' : 'query'
  return async (run, representations) => {
    // A variable may have any name.
    const variables = Object.create(null) as Data
    for (const name of variableUsages) {
      const value = Object.hasOwn(run.variables, name) ? run.variables[name] : undefined
      if (value !== undefined) variables[name] = value
    }
    if (representations) variables[representationsVariable] = representations
    return await client.execute({ kind, query, operationName, variables }, run.caller)
  }
}
