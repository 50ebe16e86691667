import fastify, { type FastifyInstance } from 'fastify'
import { beforeEach, expect, it } from 'vitest'
import { callerHeader, signCaller } from '../../platform/auth/caller.ts'
import { anonymous } from '../../testing/callers.ts'
import { callerSecret, log } from '../../testing/gateway.ts'
import { answerFailures } from './failures.ts'
import { shedLoad } from './load-shedding.ts'

let isLate = true
let app: FastifyInstance

beforeEach(() => {
  isLate = true
  app = fastify()
  answerFailures(app, { path: '/graphql', settings: { defaultLanguage: 'en' }, log })
  shedLoad(app, { rejectsNext: () => isLate, enter: () => () => undefined }, callerSecret)
  app.post('/graphql', () => ({ data: {} }))
  app.options('/graphql', () => '')
})

const call = (headers: Record<string, string> = {}) => app.inject({ method: 'POST', url: '/graphql', headers })

it('refuses calls in words while the process is late, and none when it is in time', async () => {
  const refused = await call()
  expect(refused.statusCode).toBe(503)
  expect(refused.headers).toMatchObject({ 'retry-after': '1' })
  expect(refused.json()).toMatchObject({
    errors: [{ message: 'Please try again in a moment.', extensions: { code: 'UNAVAILABLE' } }],
  })
  isLate = false
  expect((await call()).statusCode).toBe(200)
})

it('lets browsers ask whether they may call', async () => {
  expect((await app.inject({ method: 'OPTIONS', url: '/graphql' })).statusCode).toBe(200)
})

it('finishes what another door has taken in, and believes nobody who only says so', async () => {
  expect((await call({ [callerHeader]: signCaller(callerSecret, anonymous) })).statusCode).toBe(200)
  expect((await call({ [callerHeader]: signCaller('another secret, of somebody else', anonymous) })).statusCode).toBe(
    503,
  )
})
