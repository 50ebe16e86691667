import { OperationTypeNode, type ExecutionResult, type GraphQLSchema } from 'graphql'
import type { Values } from '../../platform/graphql/plain-operation.ts'
import { unexpected, writeAssembly, type Fill, type Keyed } from './assembly-code.ts'
import { asksForIdOf, isKeyedBy } from './keyed-nodes.ts'
import { fillAll, questionAbout, type About, type Question } from './keyed-questions.ts'
import { isComplete, nodeAt, readAnswerTree, readPart, type AnswerNode, type Part } from './answer-tree.ts'
import { compileVariables, kindOf, stepOf, type Asked, type FetchStep, type Run } from './fetch-steps.ts'
import type { Data } from './merge.ts'
import type { FetchNode, PlanNode } from './plan-nodes.ts'
import type { SelectionsOn } from './selections.ts'

/**
 * Builds an answer directly from the results of fetches: each object is created once, and objects of subgraphs are not changed.
 * This works as long as all results are as expected.
 *
 * @param interrupted continues when they are not: it gets a run in the same state, and processes all further results.
 * @throws what makes the operation fail as a whole.
 */
export type Assemble = (run: Run, interrupted: (run: Run) => ExecutionResult) => Promise<ExecutionResult>

/** The parts of one operation. */
export interface Assembled {
  readonly schema: GraphQLSchema
  readonly kind: OperationTypeNode
  readonly root: SelectionsOn
  readonly plan: PlanNode
  readonly steps: ReadonlyMap<FetchNode, FetchStep>
}

type Answered = ExecutionResult<Data> | Values
interface Rejected {
  readonly rejected: unknown
}

/** A fetch, as it is executed while all results are as expected. */
interface Fetch {
  readonly index: number
  readonly step: Pick<FetchStep, 'begin' | 'end'>
  /** The complete step, for a run that is no longer assembled. */
  readonly alone: (run: Run) => Promise<void>
  /** The keyed objects that it references; null for root fields. */
  readonly about: About | null
  readonly send: (run: Run, representations: readonly Data[] | null) => Promise<Answered>
}

/** One execution. */
interface Assembling {
  readonly run: Run
  readonly data: Data
  readonly keyed: readonly Keyed[]
  readonly questions: (Question | undefined)[]
  readonly received: { readonly fetch: Fetch; readonly answered: Answered }[]
  readonly underWay: Set<Fetch>
  /** Set once something is not as expected: the pending requests, so that their results can be processed. */
  interrupted: Promise<ReadonlyMap<Fetch, Asked | null>> | null
}

type Step = (state: Assembling) => Promise<void>

/** Null when an operation cannot be assembled. */
export function compileAssembly({ schema, kind, root, plan, steps }: Assembled): Assemble | null {
  const tree = kind === OperationTypeNode.QUERY ? readAnswerTree(schema, root) : null
  if (!tree) return null
  const parts: Part[] = []
  const keyedNodes: AnswerNode[] = []

  function compileNode(node: PlanNode): Step | null {
    switch (node.kind) {
      case 'Fetch':
        return tree && compileFetch(node, tree)
      case 'Flatten': {
        const about = tree && nodeAt(tree, node.path)
        if (!about || about === tree || node.node.kind !== 'Fetch') return null
        if (!asksForIdOf(node.node, about.type.name) || !isKeyedBy(parts, about)) return null
        about.isKeyed = true
        if (!keyedNodes.includes(about)) keyedNodes.push(about)
        return compileFetch(node.node, about)
      }
      case 'Sequence':
      case 'Parallel': {
        const inner: Step[] = []
        for (const child of node.nodes) {
          const step = compileNode(child)
          if (!step) return null
          inner.push(step)
        }
        return node.kind === 'Sequence' ? inSequence(inner) : inParallel(inner)
      }
      case 'Condition':
      case 'Defer':
      case 'Subscription':
        return null
    }
  }

  function compileFetch(node: FetchNode, about: AnswerNode): Step | null {
    const step = steps.get(node)
    const index = parts.length
    const part = step && readPart(schema, index, about, node)
    if (!part) return null
    parts.push(part)
    const { begin, send, end, client } = step
    const { operation: query, operationName } = node
    const values = client.prepare?.({ kind: kindOf(node), query, operationName })
    const variablesOf = compileVariables(node)
    const fetch: Fetch = {
      index,
      step: { begin, end },
      alone: stepOf(step),
      about: about === tree ? null : { index: keyedNodes.indexOf(about), typename: about.type.name },
      send: values ? (run, representations) => values(variablesOf(run.variables, representations), run.caller) : send,
    }
    return (state) => take(state, fetch)
  }

  const step = compileNode(plan)
  if (!step || !isComplete(tree)) return null
  const { start, fills } = writeAssembly(tree, parts, keyedNodes)

  async function take(state: Assembling, fetch: Fetch): Promise<void> {
    if (state.interrupted) {
      await state.interrupted
      return fetch.alone(state.run)
    }
    const { about } = fetch
    const question = about && questionAbout(state, about)
    if (question?.representations.length === 0) return
    state.underWay.add(fetch)
    let answered: Answered | Rejected
    try {
      answered = await fetch.send(state.run, question?.representations ?? null)
    } catch (rejected) {
      answered = { rejected }
    }
    if (!isInterrupted(state) && isTaken(state, fetch, question, answered)) {
      state.underWay.delete(fetch)
      state.received.push({ fetch, answered: answered as Answered })
      return
    }
    const asked = (await (state.interrupted ??= interrupt(state))).get(fetch)
    if (asked) fetch.step.end(state.run, asked, 'rejected' in answered ? answered : await completed(answered))
  }

  function isTaken(
    { data, keyed }: Assembling,
    { index, about }: Fetch,
    question: Question | null,
    answered: Answered | Rejected,
  ): boolean {
    if ('rejected' in answered || ('errors' in answered && answered.errors) || !answered.data) return false
    const fill = fills[index] as Fill
    try {
      if (!about || !question) fill(data, answered.data, keyed)
      else fillAll(fill, keyed, keyed[about.index] as Keyed, question, answered.data['_entities'])
      return true
    } catch (error) {
      // An invalid date cannot be serialised by the other executor either.
      if (error === unexpected || error instanceof RangeError) return false
      throw error
    }
  }

  return async (run, interrupted) => {
    const state: Assembling = {
      run,
      data: start(),
      keyed: keyedNodes.map(() => ({ objects: [], ids: [] })),
      questions: [],
      received: [],
      underWay: new Set(),
      interrupted: null,
    }
    await step(state)
    return state.interrupted ? interrupted(run) : { data: state.data }
  }
}

/** Checked again after every await, during which other fetches may have completed. */
function isInterrupted({ interrupted }: Assembling): boolean {
  return interrupted !== null
}

/** Brings a run to the state of the assembly, and returns the pending requests. */
async function interrupt({ run, received, underWay }: Assembling): Promise<ReadonlyMap<Fetch, Asked | null>> {
  for (const { fetch, answered } of received) {
    const asked = fetch.step.begin(run)
    if (asked) fetch.step.end(run, asked, await completed(answered))
  }
  return new Map([...underWay].map((fetch) => [fetch, fetch.step.begin(run)]))
}

/** A result that the gateway may change. */
async function completed(answered: Answered): Promise<ExecutionResult<Data>> {
  return 'complete' in answered ? await answered.complete() : answered
}

function inSequence(steps: readonly Step[]): Step {
  return async (state) => {
    for (const step of steps) await step(state)
  }
}

function inParallel(steps: readonly Step[]): Step {
  return async (state) => {
    await Promise.all(steps.map((step) => step(state)))
  }
}
