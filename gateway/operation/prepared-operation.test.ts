import { buildSchema, type ExecutionResult } from 'graphql'
import { expect, it, vi } from 'vitest'
import { deadlines } from '../../platform/graphql/deadlines.ts'
import { createLogger } from '../../platform/runtime/logger.ts'
import { anonymous } from '../../testing/callers.ts'
import { createOperations } from './operations.ts'
import { isPrepared, type PreparedOperation } from './prepared-operation.ts'

const schema = buildSchema('type Query { video: Video } type Mutation { like: Video } type Video { id: ID! }')

/** Operations that are never executed completely. */
function operations() {
  const hang = (): Promise<ExecutionResult> => new Promise(() => undefined)
  return createOperations({
    schema,
    fieldOwners: new Map(),
    execution: { run: hang },
    rates: { admit: () => undefined },
    recentChanges: { note: () => Promise.resolve(), isRecent: () => Promise.resolve(false) },
    suggestNames: true,
    log: createLogger('silent', 'test'),
  })
}

function prepared(text: string, name?: string): PreparedOperation {
  const operation = operations().prepare(text, name, 'client')
  if (!isPrepared(operation)) throw operation.error
  return operation
}

const fragment = 'fragment Id on Video { id }'
const mutation = `${fragment} mutation Like { like { ...Id } }`

it.each([
  ['{ video { id } }', undefined, 'query'],
  [`${fragment} query Mutation { video { ...Id } }`, undefined, 'query'],
  ['# mutation\nquery { video { id } }', undefined, 'query'],
  [mutation, undefined, 'mutation'],
  [`${mutation} query Other { video { id } }`, 'Like', 'mutation'],
  [`${mutation} query Other { video { id } }`, 'Other', 'query'],
])('knows what an operation does, not by how its text begins: %j, %s', (text, name, kind) => {
  expect(prepared(text, name).kind).toBe(kind)
})

it.each(['system', 'client'] as const)(
  'gives a mutation that begins with a fragment the deadline of a mutation, for the %s',
  async (author) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { prepare, answer } = operations()
      const outcome = vi.fn<(result: ExecutionResult) => void>()
      const operation = prepare(mutation, undefined, author)
      if (!isPrepared(operation)) throw operation.error
      void answer(operation, {}, anonymous, author).then(outcome)
      await vi.advanceTimersByTimeAsync(deadlines.mutation.operation - 1)
      expect(outcome).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1)
      expect(outcome.mock.lastCall?.[0].errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
    } finally {
      vi.useRealTimers()
    }
  },
)

it('is the same for all who send its text, and another for another name in it', () => {
  const { prepare } = operations()
  const text = `${mutation} query Other { video { id } }`
  expect(prepare(text, 'Like', 'client')).toBe(prepare(text, 'Like', 'client'))
  expect(prepare(text, 'Other', 'client')).not.toBe(prepare(text, 'Like', 'client'))
})

it('keeps our own however many others are sent, and of those the last', () => {
  const { prepare } = operations()
  const own = prepare('{ video { id } }', undefined, 'system')
  const first = prepare('query First { video { id } }', undefined, 'client')
  const other = (number: number) => prepare(`query Number${number} { video { id } }`, undefined, 'client')
  for (let number = 0; number < 2_000; number++) other(number)
  expect(prepare('{ video { id } }', undefined, 'system')).toBe(own)
  expect(prepare('query First { video { id } }', undefined, 'client')).not.toBe(first)
  expect(other(1_999)).toBe(other(1_999))
})

it('keeps no text that is no operation', () => {
  const { prepare } = operations()
  expect(prepare('{ video {', undefined, 'client')).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' })
  expect(prepare('subscription { video { id } }', undefined, 'client')).toMatchObject({
    code: 'OPERATION_RESOLUTION_FAILURE',
    error: { message: 'This schema has no subscriptions.' },
  })
})
