import { OperationTypeNode, type DocumentNode, type ExecutionResult, type GraphQLError } from 'graphql'
import type { Caller } from '../platform/caller.ts'
import type { QueryPlan } from './query-plan.ts'
import type { SubgraphClient } from './subgraph-data-source.ts'

/** Executes an operation whose plan is simple. */
export type DirectExecution = (variables: Readonly<Record<string, unknown>>, caller: Caller) => Promise<ExecutionResult>

/** Plans that join no more than objects. */
export interface DirectExecutions {
  /** Undefined when the plan of an operation is not simple, or was not seen. */
  of(document: DocumentNode): DirectExecution | undefined
  /** Remembers an operation whose plan is simple. */
  remember(document: DocumentNode, plan: QueryPlan): void
}

type PlanNode = NonNullable<QueryPlan['node']>
type FetchNode = Extract<PlanNode, { readonly kind: 'Fetch' }>
type Data = Record<string, unknown>

interface Run {
  readonly variables: Readonly<Record<string, unknown>>
  readonly caller: Caller
  readonly data: Data
  readonly errors: GraphQLError[]
}

type Step = (run: Run) => Promise<void>

/**
 * Executes plans of our own operations that are simple: fetches of root fields, and fetches about one object that another
 * fetch has found. A subgraph's answer is the answer to the operation then, but for a `__typename` or an `id` here and there
 * that the planner asked for; the gateway's executor would take it apart and put it together again field by field. A compiled
 * executor for the other plans, which join lists, would stand here too.
 */
export function createDirectExecutions(subgraphs: Readonly<Record<string, SubgraphClient>>): DirectExecutions {
  const known = new WeakMap<DocumentNode, DirectExecution>()

  function stepOf(node: PlanNode | undefined): Step | null {
    switch (node?.kind) {
      case 'Fetch':
        return rootFetch(node)
      case 'Flatten':
        return node.node.kind === 'Fetch' ? entityFetch(node.path, node.node) : null
      case 'Sequence':
        return all(node.nodes.map(stepOf), async (steps, run) => {
          for (const step of steps) await step(run)
        })
      case 'Parallel':
        return all(node.nodes.map(stepOf), async (steps, run) => {
          await Promise.all(steps.map((step) => step(run)))
        })
      case 'Condition':
      case 'Defer':
      case 'Subscription':
      case undefined:
        return null
    }
  }

  function rootFetch(node: FetchNode): Step | null {
    const fetch = node.requires ? null : sendOf(node)
    return fetch && (async (run) => void Object.assign(run.data, await fetch(run, {})))
  }

  function entityFetch(path: readonly (string | number)[], node: FetchNode): Step | null {
    const key = keyOf(node)
    const fetch = sendOf(node)
    if (!fetch || !key || path.includes('@')) return null
    return async (run) => {
      const entity = path.reduce<Data | null | undefined>((parent, name) => parent?.[name] as Data, run.data)
      if (!entity || entity['__typename'] !== key.type) return
      const representation = Object.fromEntries(key.fields.map((name) => [name, entity[name]]))
      const answer = await fetch(run, { representations: [representation] })
      const [found] = (answer?.['_entities'] ?? []) as readonly (Data | null)[]
      Object.assign(entity, found)
    }
  }

  function sendOf(node: FetchNode) {
    const subgraph = subgraphs[node.serviceName]
    if (!subgraph || node.inputRewrites || node.outputRewrites) return null
    const { operation: query, operationName, variableUsages = [] } = node
    const kind = node.operationKind === OperationTypeNode.MUTATION ? 'mutation' : 'query'
    return async (run: Run, more: Data): Promise<Data | null | undefined> => {
      const variables: Data = { ...more }
      for (const name of variableUsages) if (run.variables[name] !== undefined) variables[name] = run.variables[name]
      const { data, errors = [] } = await subgraph.execute({ kind, query, operationName, variables }, run.caller)
      run.errors.push(...errors)
      return data
    }
  }

  return {
    of: (document) => known.get(document),
    remember(document, plan) {
      const step = stepOf(plan.node)
      if (!step) return
      known.set(document, async (variables, caller) => {
        const run: Run = { variables, caller, data: {}, errors: [] }
        await step(run)
        const data = Object.keys(run.data).length > 0 ? run.data : null
        return run.errors.length > 0 ? { data, errors: run.errors } : { data }
      })
    },
  }
}

/** A step of several, when all of them are simple. */
function all(steps: readonly (Step | null)[], run: (steps: readonly Step[], run: Run) => Promise<void>): Step | null {
  const simple = steps.filter((step) => step !== null)
  return simple.length === steps.length ? (each) => run(simple, each) : null
}

/** The type and the fields, `__typename` among them, by which a fetch asks for an entity; null when they are not plain. */
function keyOf({ requires = [] }: FetchNode): { readonly type: string; readonly fields: readonly string[] } | null {
  const [fragment, ...others] = requires
  if (fragment?.kind !== 'InlineFragment' || fragment.typeCondition === undefined || others.length > 0) return null
  const fields = fragment.selections.flatMap((field) => (field.kind === 'Field' && !field.selections ? field.name : []))
  return fields.length === fragment.selections.length ? { type: fragment.typeCondition, fields } : null
}
