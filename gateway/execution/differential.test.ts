import { readFileSync } from 'node:fs'
import type { ApolloGateway } from '@apollo/gateway'
import type { GraphQLSchema } from 'graphql'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { firstUserId, firstVideoId, type DataSet } from '../../bench/data-set.ts'
import { fill } from '../../bench/fill.ts'
import { readEnvironment } from '../../platform/runtime/environment.ts'
import type { Caller } from '../../platform/auth/caller.ts'
import { createLogger } from '../../platform/runtime/logger.ts'
import { openDependencies } from '../../start/dependencies.ts'
import { Stack } from '../../start/running.ts'
import { subgraphNames, subgraphs as registry } from '../../subgraphs/registry.ts'
import { createTestDatabase } from '../../testing/database.ts'
import { createFaults, type Faults } from '../../testing/differential/faults.ts'
import { createOperationGenerator } from '../../testing/differential/generated-operations.ts'
import { createRandom, seedOfRun } from '../../testing/random.ts'
import { rememberSubgraph, type MetValues } from '../../testing/differential/remembered-subgraph.ts'
import { serviceSettings } from '../../testing/network.ts'
import { tooManyTokens } from '../operation/admission.ts'
import { isPrepared, prepareOperation } from '../operation/prepared-operation.ts'
import { createGraphExecution, type GraphExecution } from './graph-execution.ts'
import { loadSupergraph } from './supergraph.ts'

/** The number of operations; each runs in several variants: with other variables, callers and faults. */
const texts = Number(process.env['DIFFERENTIAL_TEXTS'] ?? 1_000)
const seed = seedOfRun()

const dataSet: DataSet = {
  users: 40,
  videos: 60,
  likes: 600,
  follows: 400,
  commentedVideos: 20,
  commentsPerCommentedVideo: 5,
  messages: 200,
}

const stack = new Stack()
let faults: Faults
let schema: GraphQLSchema
let stock: GraphExecution
let compiled: GraphExecution
const broken = { stock: 0, compiled: 0 }
const metValues: MetValues = { handedOver: 0, completed: 0, differences: [] }

beforeAll(async () => {
  const database = stack.use(await createTestDatabase())
  await fill({ databaseUrl: database.url, dataSet, passwordHash: 'none', print: () => undefined })
  // Of those who may see them, and of others.
  const client = new pg.Client(database.url)
  await client.connect()
  await client.query(
    `update video.videos set visibility = (array['PUBLIC', 'PUBLIC', 'FRIENDS', 'PRIVATE'])[1 + id % 4]`,
  )
  await client.end()
  const ground = stack.use(
    openDependencies(readEnvironment(serviceSettings(database.url)), createLogger('silent', 'test')),
  )
  const started = await Promise.all(
    subgraphNames.map(async (name) => [name, stack.use(await registry[name].start(ground))] as const),
  )
  const subgraphs = Object.fromEntries(
    started.map(([name, subgraph]) => [
      name,
      rememberSubgraph(
        name,
        subgraph,
        () => faults.intercept,
        () => faults.change,
        metValues,
      ),
    ]),
  )
  const supergraphSdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')
  const gateway: ApolloGateway = loadSupergraph(supergraphSdl, subgraphs, createLogger('silent', 'test'))
  const loaded = await gateway.load()
  schema = loaded.schema
  stack.use({ [Symbol.asyncDispose]: () => gateway.stop() })
  const execution = (kind: 'stock' | 'compiled'): GraphExecution => {
    const log = createLogger('silent', 'test')
    vi.spyOn(log, 'error').mockImplementation((_: unknown, message?: string) => {
      if (message === 'a subgraph answered against its schema') broken[kind]++
    })
    return createGraphExecution({ executor: loaded.executor, schema, subgraphs, kind, log })
  }
  stock = execution('stock')
  compiled = execution('compiled')
})

afterAll(() => stack[Symbol.asyncDispose]())

const id = (first: number, count: number): [string, ...string[]] => [
  String(first),
  ...Array.from({ length: count }, (_, n) => String(first + n)),
]
const ids = {
  user: id(firstUserId, 12),
  video: id(firstVideoId + dataSet.videos - 12, 12),
  comment: id(1, 12),
  other: ['77', ...id(firstUserId, 3), ...id(firstVideoId + dataSet.videos - 3, 3), ...id(1, 3)],
} as const

const call = {
  language: 'en',
  origin: 'https://o',
  clientAddress: '192.0.2.1',
  userAgent: 'test',
  requestId: 'r',
  // Some operations write, so caches are bypassed in both executions that are compared.
  hasRecentWrites: true,
} as const
const callers: readonly [Caller, ...Caller[]] = [
  { ...call, viewer: null },
  { ...call, viewer: { userId: String(firstUserId + 2), sessionId: String(firstUserId + 2) } },
  { ...call, viewer: { userId: String(firstUserId), sessionId: String(firstUserId) } },
  { ...call, viewer: { userId: String(firstUserId + 1), sessionId: String(firstUserId + 1), role: 'ADMIN' } },
]

/** An answer as a client reads it. Errors of concurrent fetches come in any order. */
async function answer(execution: GraphExecution, ...operation: Parameters<GraphExecution['run']>) {
  try {
    const { data, errors } = await execution.run(...operation)
    const told = errors?.map(({ message, path, extensions }) => JSON.stringify({ message, path, extensions }))
    return { data: JSON.stringify(data), errors: told?.sort() }
  } catch (error) {
    return { failed: error instanceof Error }
  }
}

/** The probabilities of failing fetches and of wrong values, for each variant. */
const faultRates = [
  [0, 0],
  [0, 0.01],
  [0.1, 0],
  [0.02, 0.03],
  [0.3, 0.1],
] as const

it(
  `answers ${texts} operations in ${faultRates.length} ways as the stock executor does (seed ${seed})`,
  { timeout: 120_000 + 1_000 * texts },
  async () => {
    const random = createRandom(seed)
    const generator = createOperationGenerator(schema, ids, random)
    const met = { answers: 0, bytes: 0, withErrors: 0 }
    const seen = new Set<string>()
    while (seen.size < texts) {
      const { query, variables } = generator.operation()
      // Such operations are not admitted.
      if (tooManyTokens(query)) continue
      const operation = prepareOperation({ schema, fieldOwners: new Map(), suggestNames: false }, query, 'Generated')
      if (!isPrepared(operation)) throw operation.error
      if (seen.has(query) || operation.validationErrors().length > 0) continue
      seen.add(query)
      for (const [fetchRate, valueRate] of faultRates) {
        const given = variables()
        faults = createFaults(random.below(2 ** 31), fetchRate, valueRate)
        const caller = random.oneOf(callers)
        const expected = await answer(stock, operation, given, caller)
        const actual = await answer(compiled, operation, given, caller)
        const ofWhich = `${query}\n${JSON.stringify(given)}`
        expect(actual, ofWhich).toEqual(expected)
        met.answers++
        met.bytes += expected.data?.length ?? 0
        if (expected.errors) met.withErrors++
      }
    }
    // The comparison must not consist of the stock executor with itself, or of empty answers.
    const stockRuns = [...compiled.stockRuns.values()].reduce((sum, count) => sum + count, 0)
    expect(stockRuns).toBeLessThan(met.answers / 100)
    expect(met.bytes / met.answers).toBeGreaterThan(100)
    expect(met.withErrors).toBeGreaterThan(met.answers / 10)
    expect(broken.stock).toBeGreaterThan(met.answers / 100)
    // Uncopied results are a part of the answers, and a subgraph returns the same in both ways.
    expect(metValues.handedOver).toBeGreaterThan(met.answers / 10)
    expect(metValues.completed).toBeGreaterThan(100)
    expect(metValues.differences).toEqual([])
    // A value that is null for two reasons is reported for whichever occurred first, if it is reported.
    expect(Math.abs(broken.compiled - broken.stock)).toBeLessThan(broken.stock / 20)
  },
)
