import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { anonymous, signedIn } from '../testing/callers.ts'
import { callerHeader, signCaller, type Caller } from '../platform/auth/caller.ts'
import { NotFound } from '../platform/runtime/errors.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { createSubgraphServer } from './subgraph-server.ts'
import type { Subgraph, SubgraphOperation } from '../platform/graphql/subgraph.ts'

const secret = 'a secret between the parts of the system'
const executed: { operation: SubgraphOperation; caller: Caller }[] = []
let isHealthy: boolean
let app: FastifyInstance

const subgraph: Subgraph = {
  name: 'user',
  execute(operation, caller) {
    executed.push({ operation, caller })
    const errors = operation.query.includes('missing') ? [new NotFound({ en: 'Gone.', zh: '没有了。' })] : undefined
    return Promise.resolve({ data: { answer: 42 }, ...(errors && { errors }) })
  },
  prepare: () => null,
  checkHealth: () => (isHealthy ? Promise.resolve() : Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:5432'))),
  [Symbol.asyncDispose]: () => Promise.resolve(),
}

beforeEach(() => {
  executed.length = 0
  isHealthy = true
  app = createSubgraphServer(subgraph, secret, createLogger('silent', 'test'))
})

afterEach(() => app.close())

function post(payload: object | string, caller: string | undefined) {
  const headers = { 'content-type': 'application/json', ...(caller !== undefined && { [callerHeader]: caller }) }
  return app.inject({ method: 'POST', url: '/graphql', headers, payload })
}

it('executes what the gateway asks, for the caller whom it vouches for', async () => {
  const operation = { query: '{ answer }', operationName: 'A', variables: { id: '1' } }
  const { statusCode, body } = await post(operation, signCaller(secret, signedIn('1')))
  expect({ statusCode, body }).toEqual({ statusCode: 200, body: '{"data":{"answer":42}}' })
  expect(executed).toEqual([{ operation, caller: signedIn('1') }])
})

it('sends errors with their code and every language, for the gateway to choose', async () => {
  const answer = await post({ query: '{ missing }' }, signCaller(secret, anonymous))
  expect(answer.json()).toEqual({
    data: { answer: 42 },
    errors: [{ message: 'Gone.', extensions: { code: 'NOT_FOUND', messages: { en: 'Gone.', zh: '没有了。' } } }],
  })
})

it.each([
  ['no caller', undefined],
  ['an empty caller', ''],
  ['nonsense', 'nonsense'],
  ['a caller that somebody else signed', signCaller('a secret that somebody made up himself', signedIn('1'))],
  ['a caller of long ago', signCaller(secret, signedIn('1'), Date.now() - 120_000)],
])('serves nobody with %s', async (_what, caller) => {
  expect((await post({ query: '{ answer }' }, caller)).statusCode).toBe(403)
  expect(executed).toEqual([])
})

it.each(['{bad', '"text"', '{}', '{"query":5}', '[]'])('refuses the body %s', async (body) => {
  expect((await post(body, signCaller(secret, anonymous))).statusCode).toBe(400)
  expect(executed).toEqual([])
})

it('takes references of a large page', async () => {
  const people = Array.from({ length: 5_000 }, (_, id) => ({ __typename: 'User', id: String(id) }))
  expect((await post({ query: '{ answer }', variables: { people } }, signCaller(secret, anonymous))).statusCode).toBe(
    200,
  )
})

it('reports its health, and nothing about the inside', async () => {
  expect((await app.inject({ url: '/health' })).json()).toEqual({ status: 'pass' })
  isHealthy = false
  const unhealthy = await app.inject({ url: '/health' })
  expect({ status: unhealthy.statusCode, body: unhealthy.json<unknown>() }).toEqual({
    status: 503,
    body: { status: 'fail' },
  })
})
