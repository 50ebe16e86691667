import { OperationTypeNode, type ExecutionResult, type GraphQLError, type GraphQLSchema } from 'graphql'
import type { Caller } from '../../platform/auth/caller.ts'
import type { OperationKind } from '../../platform/graphql/deadlines.ts'
import type { SubgraphClient } from './subgraph-client.ts'
import type { Decisions } from './conditions.ts'
import { downstreamError, objectsAt, pathsTo, type Path } from './downstream-error.ts'
import { merge, type Data } from './merge.ts'
import type { FetchNode } from './plan-nodes.ts'
import { compileRepresentations, type Representations } from './representations.ts'

/** One execution of a plan. */
export interface Run {
  readonly variables: Readonly<Record<string, unknown>>
  readonly caller: Caller
  readonly decisions: Decisions
  /** The merged data of all subgraphs so far. */
  readonly data: Data
  readonly errors: unknown[]
}

/** Executes one step of a plan. Failures of fetches are added to the errors. */
export type Step = (run: Run) => Promise<void>

/** A request of a fetch, and where its result belongs. */
export interface Asked {
  /** Null for a fetch of root fields. */
  readonly representations: Representations | null
}

/** The parts of a fetch's step. */
export interface FetchStep {
  readonly client: SubgraphClient
  readonly node: FetchNode
  /** Null for a fetch of root fields. */
  readonly path: Path | null
  /**
   * Null when there is nothing to request.
   *
   * @throws when earlier data has the wrong shape, which fails the whole operation.
   */
  readonly begin: (run: Run) => Asked | null
  readonly send: (
    run: Pick<Run, 'variables' | 'caller'>,
    representations: readonly Data[] | null,
  ) => Promise<ExecutionResult<Data>>
  /** Processes the result of a fetch, or its rejection. */
  readonly end: (run: Run, asked: Asked, answered: ExecutionResult<Data> | { readonly rejected: unknown }) => void
}

/** The variable for the representations of a fetch. */
export const representationsVariable = 'representations'

/** The complete step of a fetch. */
export function stepOf({ begin, send, end }: FetchStep): Step {
  return async (run) => {
    const asked = begin(run)
    if (!asked) return
    const answered = await send(run, asked.representations?.distinct ?? null).catch((rejected: unknown) => ({
      rejected,
    }))
    end(run, asked, answered)
  }
}

/** Compiles a fetch of root fields; a text says why that is not possible. */
export function compileRootFetch(client: SubgraphClient, node: FetchNode): FetchStep | string {
  if (node.requires) return 'a fetch that requires something of the root'
  const send = compileSending(client, node)
  if (typeof send === 'string') return send
  const { serviceName } = node
  return {
    ...{ client, node, path: null, send },
    begin: () => ({ representations: null }),
    end(run, _asked, answered) {
      if ('rejected' in answered) return void run.errors.push(answered.rejected)
      const { data, errors } = answered
      if (errors) for (const error of errors) report(run, serviceName, error, error.path)
      if (data) merge(run.data, data)
    },
  }
}

/** Compiles a fetch for entities found by other fetches at a path; a text says why that is not possible. */
export function compileEntityFetch(
  schema: GraphQLSchema,
  client: SubgraphClient,
  path: Path,
  node: FetchNode,
): FetchStep | string {
  if (!node.requires) return 'a fetch of root fields below the root'
  if (node.variableUsages?.includes(representationsVariable)) return 'a variable with the name of the representations'
  const represent = compileRepresentations(schema, node.requires)
  if (typeof represent === 'string') return represent
  const send = compileSending(client, node)
  if (typeof send === 'string') return send
  const { serviceName } = node

  function take(run: Run, { distinct, indices, objects }: Representations, { data, errors }: ExecutionResult<Data>) {
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
  }

  /** An error of an entity applies to every object that it represents. */
  function reportAll(run: Run, errors: readonly GraphQLError[], indices: readonly number[]): void {
    const paths = pathsTo(run.data, path)
    for (const error of errors) {
      const index = error.path?.[1]
      if (typeof index !== 'number') report(run, serviceName, error, error.path && [...path, ...error.path])
      else {
        const rest = error.path?.slice(2) ?? []
        indices.forEach((each, position) => {
          // The path of the object at this position, as the stock executor counts, including objects that are left out.
          if (each === index) report(run, serviceName, error, [...(paths[position] ?? []), ...rest])
        })
      }
    }
  }

  return {
    ...{ client, node, path, send },
    begin(run) {
      const representations = represent(objectsAt(run.data, path))
      return representations.distinct.length > 0 ? { representations } : null
    },
    end(run, { representations }, answered) {
      try {
        if ('rejected' in answered) throw answered.rejected
        if (representations) take(run, representations, answered)
      } catch (error) {
        run.errors.push(error)
      }
    },
  }
}

function report(run: Run, serviceName: string, error: GraphQLError, path: Path | undefined): void {
  run.errors.push(downstreamError(error, serviceName, path))
}

function compileSending(client: SubgraphClient, node: FetchNode): FetchStep['send'] | string {
  if (node.inputRewrites?.length || node.contextRewrites?.length) return 'a fetch whose input is rewritten'
  if (node.outputRewrites?.length) return 'a fetch whose answer is rewritten'
  const { operation: query, operationName } = node
  const kind = kindOf(node)
  const variablesOf = compileVariables(node)
  return async (run, representations) =>
    client.execute({ kind, query, operationName, variables: variablesOf(run.variables, representations) }, run.caller)
}

export function kindOf(node: FetchNode): OperationKind {
  return node.operationKind === OperationTypeNode.MUTATION ? 'mutation' : 'query'
}

/** The variables of a fetch. */
export function compileVariables({ variableUsages = [] }: FetchNode) {
  return (given: Readonly<Record<string, unknown>>, representations: readonly Data[] | null): Data => {
    // A variable may have any name.
    const variables = Object.create(null) as Data
    for (const name of variableUsages) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined
      if (value !== undefined) variables[name] = value
    }
    if (representations) variables[representationsVariable] = representations
    return variables
  }
}
