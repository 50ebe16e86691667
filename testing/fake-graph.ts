import { GraphQLError, type ExecutionResult } from 'graphql'
import type { Call, ExecuteOperation } from '../platform/graphql/call.ts'
import type { Operations } from '../rest-adapter/operations.generated.ts'

type Name = keyof Operations

/** The answer to each operation; one that throws an error answers with that error and no data. */
export type FakeAnswers = {
  readonly [Each in Name]?: (variables: Operations[Each]['variables'], call: Call) => FakeData<Each>
}

type FakeData<Each extends Name> = Operations[Each]['data'] | Promise<Operations[Each]['data']>

/** An operation sent to the graph. */
export interface Asked {
  readonly operation: string | undefined
  readonly variables: Readonly<Record<string, unknown>> | undefined
  readonly call: Call
}

/** A graph that answers from a table and records operations. */
export function createFakeGraph(answers: FakeAnswers) {
  const asked: Asked[] = []
  const execute: ExecuteOperation = async ({ operationName: operation, variables }, call): Promise<ExecutionResult> => {
    asked.push({ operation, variables, call })
    const answer = answers[operation as Name] as ((variables: unknown, call: Call) => unknown) | undefined
    try {
      if (!answer) throw new Error(`nobody expects ${operation ?? 'an operation without a name'}`)
      return { data: (await answer(variables, call)) as Record<string, unknown> }
    } catch (error) {
      if (error instanceof GraphQLError) return { data: null, errors: [error] }
      throw error
    }
  }
  return {
    execute,
    /** The operations since the last call. */
    takeAsked: () => asked.splice(0),
  }
}

export type FakeGraph = ReturnType<typeof createFakeGraph>
