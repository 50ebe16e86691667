import { GraphQLError, type ExecutionResult } from 'graphql'
import { isId } from '../../platform/graphql/ids.ts'
import type { Fetch, SubgraphClient } from '../../gateway/execution/subgraph-client.ts'
import { surplus } from './surplus.ts'
import type { Caller } from '../../platform/auth/caller.ts'

/** An answer about one thing: a whole operation, or one of its entities, with paths of errors relative to it. */
export interface Part {
  data: unknown
  errors: PartError[]
}

export interface PartError {
  readonly message: string
  readonly path: readonly (string | number)[] | undefined
  readonly extensions: Readonly<Record<string, unknown>>
}

/** Changes a fresh part in a way that depends only on its subject. */
export type ChangePart = (part: Part, subject: Subject) => void

/** The subject of a part, the same in every fetch that requests it. */
export interface Subject {
  readonly subgraph: string
  /** The viewer, and for an entity its representation: the same for every subgraph. */
  readonly name: string
  readonly isEntity: boolean
}

/** An answer to a fetch instead of the subgraph's; undefined to ask the subgraph. */
export type Intercept = (about: string) => Promise<ExecutionResult> | undefined

type Row = Readonly<Record<string, unknown>>

/** What happened to values that were passed on without copying. */
export interface MetValues {
  /** How many answers the gateway got this way. */
  handedOver: number
  /** How many of them a subgraph has completed, and which of them differed then. */
  completed: number
  readonly differences: string[]
}

/**
 * A subgraph that returns the same for the same request, entity by entity, regardless of how entities are grouped into fetches.
 * Executors with different fetches thus get the same answers and the same faults, copied or not.
 */
export function rememberSubgraph(
  name: string,
  subgraph: SubgraphClient,
  intercept: () => Intercept,
  change: () => ChangePart,
  met: MetValues,
): SubgraphClient {
  const memory = new Map<string, string>()

  async function ask(operation: Fetch, caller: Caller): Promise<string> {
    const text = textOf(await subgraph.execute(operation, caller))
    const values = await subgraph.prepare?.(operation)?.(operation.variables ?? {}, caller)
    if (values && 'complete' in values) {
      met.completed++
      const completed = textOf(await values.complete())
      if (!areSame(completed, text)) met.differences.push(`${operation.query}\n${text}\n${completed}`)
    }
    return text
  }

  async function wholeAnswer(about: string, who: string, operation: Fetch, caller: Caller): Promise<ExecutionResult> {
    const text = memory.get(about) ?? (await ask(operation, caller))
    memory.set(about, text)
    const part = JSON.parse(text) as Part
    change()(part, { subgraph: name, name: who, isEntity: false })
    const errors = part.errors.map((error) => toError(error, []))
    return { data: part.data as ExecutionResult['data'], ...(errors.length > 0 && { errors }) }
  }

  async function entities(
    about: string,
    who: string,
    representations: readonly unknown[],
    operation: Fetch,
    caller: Caller,
  ): Promise<ExecutionResult> {
    const names = representations.map((representation) => `${about} ${JSON.stringify(representation)}`)
    const unknown = new Map(names.map((key, index) => [key, representations[index]] as const))
    for (const [key, representation] of unknown) {
      // Subgraphs never return an invalid id, so there is nothing to request.
      if (!isId(String((representation as { id?: unknown }).id)))
        memory.set(key, JSON.stringify({ data: null, errors: [] }))
      if (memory.has(key)) unknown.delete(key)
    }
    if (unknown.size > 0) {
      const variables = { ...operation.variables, representations: [...unknown.values()] }
      const { data, errors } = JSON.parse(await ask({ ...operation, variables }, caller)) as Part
      const found = (data as { _entities?: readonly unknown[] } | null)?._entities ?? []
      ;[...unknown.keys()].forEach((key, index) => {
        const own = errors.filter(({ path }) => path?.[1] === index)
        const part = { data: found[index] ?? null, errors: own.map((one) => ({ ...one, path: one.path?.slice(2) })) }
        memory.set(key, JSON.stringify(part))
      })
    }
    const errors: GraphQLError[] = []
    const answered = names.map((key, index) => {
      const part = JSON.parse(memory.get(key) ?? '') as Part
      change()(part, { subgraph: name, name: `${who} ${JSON.stringify(representations[index])}`, isEntity: true })
      errors.push(...part.errors.map((error) => toError(error, ['_entities', index])))
      return part.data
    })
    return { data: { _entities: answered }, ...(errors.length > 0 && { errors }) }
  }

  const client: SubgraphClient = {
    async execute(operation, caller) {
      const { representations, ...variables } = operation.variables ?? {}
      const who = caller.viewer ? `${caller.viewer.userId} ${caller.viewer.role ?? ''}` : 'nobody'
      const about = `${name} ${who} ${JSON.stringify(variables)} ${operation.query}`
      const intercepted = intercept()(about)
      if (intercepted) return intercepted
      return Array.isArray(representations)
        ? entities(about, who, representations, operation, caller)
        : wholeAnswer(about, who, operation, caller)
    },
    prepare(fetch) {
      if (!subgraph.prepare?.(fetch)) return null
      return async (variables, caller) => {
        const result = await client.execute({ ...fetch, variables }, caller)
        const values = valuesOf(result)
        if (!values) return result
        met.handedOver++
        return { data: values, complete: () => result }
      }
    },
  }
  return client
}

/**
 * Whether two answers are the same. Where an error leaves no data at all, it depends on the order of events which other errors
 * were found until then (https://spec.graphql.org/October2021/#sec-Handling-Field-Errors), but not that there is one.
 */
function areSame(one: string, other: string): boolean {
  if (one === other) return true
  const [first, second] = [JSON.parse(one) as Part, JSON.parse(other) as Part]
  if (first.data !== null || second.data !== null) return false
  const [fewer, more] = [first, second]
    .map(({ errors }) => errors.map((error) => JSON.stringify(error)))
    .sort((a, b) => a.length - b.length)
  return fewer !== undefined && fewer.length > 0 && fewer.every((error) => more?.includes(error))
}

/** An answer as resolvers hold it, with errors in place; null when that is not possible. */
function valuesOf({ data, errors = [] }: ExecutionResult): Row | null {
  if (!data) return null
  const values = structuredClone(data)
  for (const error of errors) {
    const { path = [] } = error
    const [last] = path.slice(-1)
    // Resolvers are not called for fields that were not requested, so none returns an Error there.
    if (path.some((step) => Object.hasOwn(surplus, step))) return null
    let parent: unknown = values
    for (const step of path.slice(0, -1)) parent = (parent as Row | null | undefined)?.[step]
    if (last === undefined || typeof parent !== 'object' || parent === null) return null
    Object.assign(parent, { [last]: error })
  }
  freeze(values)
  return values
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || value instanceof Error) return
  Object.values(value).forEach(freeze)
  Object.freeze(value)
}

function textOf({ data, errors = [] }: ExecutionResult): string {
  return JSON.stringify({ data: data ?? null, errors: errors.map(partError) })
}

function partError({ message, path, extensions }: GraphQLError): PartError {
  return { message, path, extensions }
}

function toError({ message, path, extensions }: PartError, at: readonly (string | number)[]): GraphQLError {
  return new GraphQLError(message, { path: path ? [...at, ...path] : undefined, extensions })
}
