import fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { allowOrigins, type AllowedOrigins } from './cross-origin.ts'

function doorFor(origins: AllowedOrigins): FastifyInstance {
  const app = fastify()
  allowOrigins(app, ['/graphql'], origins)
  app.get('/graphql', () => 'answer')
  return app
}

const page = { origin: 'https://app.example' }
const preflight = {
  method: 'OPTIONS',
  url: '/graphql',
  headers: { ...page, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
} as const

describe('a door for pages that are named', () => {
  const app = doorFor(['https://app.example', 'https://studio.apollographql.com'])

  it('lets them ask and read', async () => {
    expect((await app.inject(preflight)).headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-headers': 'authorization',
    })
    const { headers } = await app.inject({ url: '/graphql', headers: page })
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'https://app.example', vary: 'origin' })
    expect(headers).not.toHaveProperty('access-control-allow-credentials')
  })

  it.each(['https://app.example.evil.test', 'http://app.example', 'null'])('lets %s do neither', async (origin) => {
    const asked = await app.inject({ ...preflight, headers: { ...preflight.headers, origin } })
    expect(asked.statusCode).toBe(204)
    for (const { headers } of [asked, await app.inject({ url: '/graphql', headers: { origin } })]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
      expect(headers.vary).toContain('origin')
    }
  })
})

it('lets every page ask and read when any is named', async () => {
  const app = doorFor('any')
  expect((await app.inject(preflight)).headers).toMatchObject({ 'access-control-allow-origin': '*' })
  expect((await app.inject({ url: '/graphql', headers: page })).headers).toMatchObject({
    'access-control-allow-origin': '*',
  })
})
