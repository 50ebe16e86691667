import { Writable } from 'node:stream'
import fastify from 'fastify'
import pg from 'pg'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { loggedError } from './logger.ts'

const password = 'only-the-database-knows'

function brokenConnection(): Error {
  const client = new pg.Client({ connectionString: `postgres://postgres:${password}@127.0.0.1:1/none` })
  return Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01', client, secretKey: 4711 })
}

it('says the message, code, stack and cause of an error, and nothing else that hangs on it', () => {
  const error = new Error('outer', { cause: Object.assign(brokenConnection(), { cause: 'a text' }) })
  expect(loggedError(error)).toEqual({
    type: 'Error',
    message: 'outer',
    stack: expect.stringContaining('logger.test.ts') as string,
    cause: {
      type: 'Error',
      message: 'Connection terminated unexpectedly',
      code: '57P01',
      stack: expect.any(String) as string,
      cause: { type: 'string', message: 'a text' },
    },
  })
  const several = JSON.stringify(loggedError(new AggregateError([brokenConnection()], 'several')))
  expect(several).toContain('Connection terminated')
  expect(several).not.toContain(password)
})

it('bounds what an error may say, and survives one that is its own cause', () => {
  const endless: Error = new Error('x'.repeat(100_000))
  endless.cause = endless
  expect(JSON.stringify(loggedError(endless)).length).toBeLessThan(60_000)
  expect(loggedError({ password })).toEqual({ type: 'object', message: 'a thrown object that is not an Error' })
})

it('says no more through the web framework, which has a logger of its own', async () => {
  let written = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString()
      done()
    },
  })
  const app = fastify({ loggerInstance: pino({ serializers: { err: loggedError } }, stream) })
  app.get('/', () => {
    throw brokenConnection()
  })
  await app.inject('/')
  expect(written).toContain('Connection terminated unexpectedly')
  expect(written).not.toContain(password)
  expect(written).not.toContain('4711')
})
