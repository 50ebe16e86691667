import { afterAll, beforeAll, expect, it } from 'vitest'
import { gatewayUnderTest } from '../../testing/gateway.ts'
import type { Gateway } from '../server.ts'

let gateway: Gateway

beforeAll(async () => {
  gateway = await gatewayUnderTest()
})

afterAll(() => gateway[Symbol.asyncDispose]())

const sandbox = { origin: 'https://studio.apollographql.com' }

it('lets pages of other origins, such as the hosted Sandbox, send operations with a token', async () => {
  const preflight = await gateway.app.inject({
    method: 'OPTIONS',
    url: '/graphql',
    headers: {
      ...sandbox,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  })
  expect(preflight.statusCode).toBe(204)
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization,content-type',
  })
  expect(preflight.headers).not.toHaveProperty('access-control-allow-private-network')
})

it('lets a public page reach an address of the local network when the browser asks', async () => {
  const headers = {
    ...sandbox,
    'access-control-request-method': 'POST',
    'access-control-request-private-network': 'true',
  }
  const preflight = await gateway.app.inject({ method: 'OPTIONS', url: '/graphql', headers })
  expect(preflight.headers).toMatchObject({ 'access-control-allow-private-network': 'true' })
})

it('lets them read answers and refusals, but never with cookies', async () => {
  for (const payload of ['{"query":"{ viewer { name } }"}', '{"query":"{ nothing }"}', '{bad']) {
    const headers = { ...sandbox, 'content-type': 'application/json' }
    const answer = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload })
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' })
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
  }
})

it('says nothing about other routes', async () => {
  expect((await gateway.app.inject({ url: '/health', headers: sandbox })).headers).not.toHaveProperty(
    'access-control-allow-origin',
  )
})
