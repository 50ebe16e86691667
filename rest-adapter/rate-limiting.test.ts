import fastify, { type FastifyInstance } from 'fastify'
import { expect, it } from 'vitest'
import { errorCodeOf } from '../platform/runtime/errors.ts'
import { limitRate } from './rate-limiting.ts'

function door(callsPerMinute: number, isLate: () => boolean = () => false): FastifyInstance {
  const app = fastify()
  limitRate(app, { rejectsNext: isLate, enter: () => () => undefined }, callsPerMinute)
  app.setErrorHandler((error, _request, reply) => reply.code(200).send({ code: errorCodeOf(error as never) }))
  app.get('/feed', () => ({ code: 'OK' }))
  app.options('/feed', () => '')
  return app
}

async function codes(app: FastifyInstance, times: number, remoteAddress = '192.0.2.1'): Promise<unknown[]> {
  const answers: unknown[] = []
  for (let call = 0; call < times; call++) {
    answers.push((await app.inject({ url: '/feed', remoteAddress })).json<{ code: unknown }>().code)
  }
  return answers
}

it('refuses an address that calls too often, and no other', async () => {
  const app = door(3)
  expect(await codes(app, 4)).toEqual(['OK', 'OK', 'OK', 'RATE_LIMITED'])
  expect(await codes(app, 1, '192.0.2.2')).toEqual(['OK'])
})

it('refuses nobody for his pace when there is no limit', async () => {
  expect(new Set(await codes(door(0), 50))).toEqual(new Set(['OK']))
})

it('refuses calls while the process is late, and lets browsers ask whether they may call', async () => {
  let isLate = true
  const app = door(0, () => isLate)
  expect(await codes(app, 1)).toEqual(['UNAVAILABLE'])
  expect((await app.inject({ method: 'OPTIONS', url: '/feed' })).statusCode).toBe(200)
  isLate = false
  expect(await codes(app, 1)).toEqual(['OK'])
})
