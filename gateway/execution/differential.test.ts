import { readFileSync } from 'node:fs'
import type { ApolloGateway } from '@apollo/gateway'
import { getVariableValues, getOperationAST, parse, validate, type GraphQLSchema } from 'graphql'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { firstUserId, firstVideoId, type DataSet } from '../../bench/data-set.ts'
import { fill } from '../../bench/fill.ts'
import { readEnvironment } from '../../platform/environment.ts'
import type { Caller } from '../../platform/caller.ts'
import { createLogger } from '../../platform/logger.ts'
import { openGround } from '../../start/ground.ts'
import { Stack } from '../../start/running.ts'
import { startSubgraph, subgraphNames } from '../../start/subgraphs.ts'
import { createTestDatabase } from '../../testing/database.ts'
import { createFaults, noFaults, type Faults } from '../../testing/differential/faults.ts'
import { createOperationGenerator } from '../../testing/differential/generated-operations.ts'
import { createRandom } from '../../testing/differential/random.ts'
import { rememberSubgraph } from '../../testing/differential/remembered-subgraph.ts'
import { serviceSettings } from '../../testing/network.ts'
import { createGraphExecution, type GraphExecution } from './graph-execution.ts'
import { loadSupergraph } from './supergraph.ts'
import type { ValidOperation } from './stock-executor.ts'

/** So many operations, in so many ways each: with other variables, by other people, with other faults. */
const texts = Number(process.env['DIFFERENTIAL_TEXTS'] ?? 1_000)
const waysEach = 5
const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

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
let faults: Faults = noFaults
let schema: GraphQLSchema
let stock: GraphExecution
let compiled: GraphExecution
const broken = { stock: 0, compiled: 0 }

beforeAll(async () => {
  const database = stack.use(await createTestDatabase())
  await fill({ databaseUrl: database.url, dataSet, passwordHash: 'none', print: () => undefined })
  const ground = stack.use(openGround(readEnvironment(serviceSettings(database.url)), createLogger('silent', 'test')))
  const started = await Promise.all(
    subgraphNames.map(async (name) => [name, stack.use(await startSubgraph(name, ground))] as const),
  )
  const subgraphs = Object.fromEntries(
    started.map(([name, subgraph]) => [
      name,
      rememberSubgraph(
        name,
        subgraph,
        () => faults.intercept,
        () => faults.change,
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
      if (message === 'a subgraph broke its own schema') broken[kind]++
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
} as const
const callers: readonly [Caller, ...Caller[]] = [
  { ...call, viewer: null },
  { ...call, viewer: { userId: String(firstUserId), sessionId: String(firstUserId) } },
  { ...call, viewer: { userId: String(firstUserId + 1), sessionId: String(firstUserId + 1), role: 'ADMIN' } },
]

/** An answer as a client reads it. Errors of fetches that run at the same time come in any order. */
async function answer(execution: GraphExecution, operation: ValidOperation, caller: Caller) {
  try {
    const { data, errors } = await execution.run(operation, caller)
    const told = errors?.map(({ message, path, extensions }) => JSON.stringify({ message, path, extensions }))
    return { data: JSON.stringify(data), errors: told?.sort() }
  } catch (error) {
    return { failed: error instanceof Error }
  }
}

it(
  `answers ${texts} operations in ${waysEach} ways as the stock executor does (seed ${seed})`,
  { timeout: 600_000 },
  async () => {
    const random = createRandom(seed)
    const generator = createOperationGenerator(schema, ids, random)
    const seen = new Set<string>()
    const counts = { thrownAway: 0, withErrors: 0, broken: 0, failed: 0 }
    while (seen.size < texts) {
      const { query, variables } = generator.operation()
      const document = parse(query)
      if (seen.has(query) || validate(schema, document).length > 0) {
        counts.thrownAway++
        continue
      }
      seen.add(query)
      const node = getOperationAST(document)
      for (let way = 0; way < waysEach; way++) {
        const given = variables()
        if (!node || getVariableValues(schema, node.variableDefinitions ?? [], given).errors)
          throw new Error(`wrong variables for ${query}`)
        faults =
          way === 0
            ? noFaults
            : createFaults(random.below(2 ** 31), [0, 0, 0.1, 0.02, 0.3][way] ?? 0, [0, 0.01, 0, 0.03, 0.1][way] ?? 0)
        const caller = random.oneOf(callers)
        const operation = { query, document, operationName: 'Generated', variables: given }
        const before = { ...broken }
        const expected = await answer(stock, operation, caller)
        const actual = await answer(compiled, operation, caller)
        const same = { broken: broken.stock > before.stock, ...expected }
        expect(
          { broken: broken.compiled > before.compiled, ...actual },
          `${query}\n${JSON.stringify(given)} way ${way}`,
        ).toEqual(same)
        if (expected.errors) counts.withErrors++
        if (same.broken) counts.broken++
        if (expected.failed) counts.failed++
      }
    }
    console.log(counts, compiled.stockRuns, process.cpuUsage().user / 1e6)
  },
)
