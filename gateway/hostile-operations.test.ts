import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Caller } from '../platform/auth/caller.ts'
import { hostileOperations, type HostileOperation } from '../testing/hostile/operations.ts'
import { aliceToken, gatewayUnderTest, post, stubs } from '../testing/gateway.ts'
import type { Gateway } from './server.ts'

/** The maximum CPU time of a rejection, in microseconds. */
const maxCpu = 50_000
/** The maximum memory that the whole corpus may leave behind, far more than the cached documents. */
const maxBytes = 100 * 1024 * 1024

let gateway: Gateway
const callers: Caller[] = []

beforeAll(async () => {
  gateway = await gatewayUnderTest({ subgraphs: stubs(callers) })
  await post(gateway, '{ viewer { name } }', {}, { authorization: `Bearer ${aliceToken}` })
})

afterAll(() => gateway[Symbol.asyncDispose]())

interface Refusal {
  readonly status: number
  readonly body: string
  /** Of the cheapest of three attempts, which excludes other load on the machine. */
  readonly cpu: number
}

async function send({ query, variables, operationName }: HostileOperation, attempts: number): Promise<Refusal> {
  let best: Refusal | undefined
  for (let attempt = 0; attempt < attempts; attempt++) {
    // A different text each time, so that no attempt benefits from caches.
    const payload = JSON.stringify({ query: `${query} # ${attempt}`, variables, operationName })
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${aliceToken}` }
    const before = process.cpuUsage()
    const { statusCode, body } = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload })
    const { user, system } = process.cpuUsage(before)
    if (!best || user + system < best.cpu) best = { status: statusCode, body, cpu: user + system }
  }
  if (!best) throw new Error('nothing was sent')
  return best
}

describe('refuses', () => {
  it.each(hostileOperations.map((operation) => [operation.name, operation] as const))(
    '%s, cheaply, and asks no subgraph',
    async (_name, operation) => {
      callers.length = 0
      const { status, body, cpu } = await send(operation, 3)
      expect(callers).toEqual([])
      expect([400, 413]).toContain(status)
      const { data, errors } = JSON.parse(body) as {
        data?: unknown
        errors: { message: string; extensions: unknown }[]
      }
      expect(data).toBeUndefined()
      expect(errors.length).toBeGreaterThan(0)
      expect(JSON.stringify(errors)).not.toMatch(/stacktrace|node_modules|INTERNAL_SERVER_ERROR|\.ts:/)
      expect(body.length).toBeLessThan(64 * 1024)
      expect(cpu).toBeLessThan(maxCpu)
    },
  )
})

it('keeps next to nothing of them, and Object.prototype as it was', async () => {
  const prototype = Object.getOwnPropertyNames(Object.prototype).sort()
  for (const operation of hostileOperations) await send(operation, 1)
  const before = process.memoryUsage().heapUsed
  for (let round = 0; round < 3; round++) {
    for (const operation of hostileOperations) await send(operation, 1)
  }
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(maxBytes)
  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(prototype)
  expect(({} as { name?: unknown }).name).toBeUndefined()
  expect((await post(gateway, '{ viewer { name } }')).data).toEqual({ viewer: null })
})
