import { afterAll, beforeAll, expect, it } from 'vitest'
import { leaseIdGenerator, type IdGenerator } from '../platform/postgres/id-generator.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { createTestDatabase } from '../testing/database.ts'
import { idShares } from './ownership.ts'

const log = createLogger('silent', 'test')
const owners = Object.entries(idShares)

let database: Awaited<ReturnType<typeof createTestDatabase>>
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

it('never gives two things one id, whoever owns them and whichever process made them', async () => {
  const open: AsyncDisposable[] = []
  const generators: IdGenerator[] = []
  for (const [schema, share] of owners) {
    for (const _process of ['one', 'another']) {
      const onConnectionError = (error: Error): void => log.warn({ err: error }, 'a database connection broke')
      const db = openDatabase({ url: database.url, schema, poolSize: 1, onConnectionError })
      const ids = await leaseIdGenerator(db, share, log)
      open.push(db, ids)
      generators.push(ids)
    }
  }
  const made: string[] = []
  for (let round = 0; round < 500; round++) {
    for (const ids of generators) for (let count = 0; count < 10; count++) made.push(ids.next())
  }
  for (const each of open.reverse()) await each[Symbol.asyncDispose]()
  expect(made).toHaveLength(owners.length * 2 * 5_000)
  expect(new Set(made).size).toBe(made.length)
  expect(made.every((id) => Number(id) < 2 ** 53)).toBe(true)
})
