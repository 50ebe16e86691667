import fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { allowOrigins, type AllowedOrigins } from './cross-origin.ts'

async function serverFor(origins: AllowedOrigins): Promise<FastifyInstance> {
  const app = fastify()
  await allowOrigins(app, origins)
  app.get('/graphql', () => 'answer')
  return app
}

const page = { origin: 'https://app.example' }
const preflight = {
  method: 'OPTIONS',
  url: '/graphql',
  headers: { ...page, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
} as const

describe('a server for pages of named origins', () => {
  const origins = ['https://app.example', 'https://studio.apollographql.com']

  it('lets them ask and read', async () => {
    const app = await serverFor(origins)
    expect((await app.inject(preflight)).headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-headers': 'authorization',
      'access-control-allow-methods': 'GET, POST',
    })
    const { headers } = await app.inject({ url: '/graphql', headers: page })
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'https://app.example', vary: 'Origin' })
    expect(headers['access-control-expose-headers']).toContain('retry-after')
    expect(headers).not.toHaveProperty('access-control-allow-credentials')
  })

  it.each(['https://app.example.evil.test', 'http://app.example', 'null'])('lets %s do neither', async (origin) => {
    const app = await serverFor(origins)
    const asked = await app.inject({ ...preflight, headers: { ...preflight.headers, origin } })
    for (const { headers } of [asked, await app.inject({ url: '/graphql', headers: { origin } })]) {
      expect(headers).not.toHaveProperty('access-control-allow-origin')
      expect(headers.vary).toContain('Origin')
    }
  })
})

it('lets every page ask and read where any origin may', async () => {
  const app = await serverFor('any')
  expect((await app.inject(preflight)).headers).toMatchObject({ 'access-control-allow-origin': '*' })
  expect((await app.inject({ url: '/graphql', headers: page })).headers).toMatchObject({
    'access-control-allow-origin': '*',
  })
})

it('lets public pages reach an address of the local network, which Chromium asks for', async () => {
  const app = await serverFor('any')
  const headers = { ...preflight.headers, 'access-control-request-private-network': 'true' }
  const answer = await app.inject({ ...preflight, headers })
  expect(answer.headers['access-control-allow-private-network']).toBe('true')
  expect(answer.headers.vary).toContain('access-control-request-private-network')
  expect((await app.inject(preflight)).headers).not.toHaveProperty('access-control-allow-private-network')
})
