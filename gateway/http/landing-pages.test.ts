import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayUnderTest, post } from '../../testing/gateway.ts'
import type { Gateway } from '../server.ts'
import { exampleQuery, sandboxPolicy } from './landing-pages.ts'

let gateway: Gateway

beforeAll(async () => {
  gateway = await gatewayUnderTest()
})

afterAll(() => gateway[Symbol.asyncDispose]())

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

describe('Apollo Sandbox', () => {
  it('opens at the GraphQL address in a browser', async () => {
    const { statusCode, headers, body } = await gateway.app.inject({ url: '/graphql', headers: browser })
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({ 'content-type': 'text/html', 'content-security-policy': sandboxPolicy })
    expect(body).toContain('https://embeddable-sandbox.cdn.apollographql.com')
    expect(body).toContain('"runTelemetry":false')
  })

  it('names what works without network', async () => {
    const { body } = await gateway.app.inject({ url: '/graphql', headers: browser })
    expect(body).toContain('GraphiQL, at /graphiql, works without network.')
  })

  it('is where the bare address leads', async () => {
    const { statusCode, headers } = await gateway.app.inject({ url: '/', headers: browser })
    expect({ statusCode, location: headers.location }).toEqual({ statusCode: 302, location: '/graphql' })
  })
})

describe('GraphiQL', () => {
  it('is whole on this origin, and may load from no other', async () => {
    const { statusCode, headers, body } = await gateway.app.inject({ url: '/graphiql', headers: browser })
    expect(statusCode).toBe(200)
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' })
    const parts = [...body.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, url]) => url ?? '')
    expect(parts).toHaveLength(5)
    for (const url of parts) {
      expect(url).toMatch(/^\/graphiql\//)
      const part = await gateway.app.inject({ url })
      expect(part.statusCode).toBe(200)
      expect(part.headers['content-type']).toBe(`text/${url.endsWith('.css') ? 'css' : 'javascript'}; charset=utf-8`)
      expect(part.body.length).toBeGreaterThan(100)
    }
  })

  it('begins with an operation that this graph answers', async () => {
    expect(parse(exampleQuery).definitions).toHaveLength(1)
    const { data, errors } = await post(gateway, exampleQuery)
    expect(errors).toEqual([])
    expect(data).toHaveProperty('feed')
  })
})

it('serves no pages where none are wanted, but still the schema', async () => {
  await using closed = await gatewayUnderTest({ landingPage: false })
  for (const url of ['/', '/graphiql', '/graphiql/react.js']) {
    expect((await closed.app.inject({ url, headers: browser })).statusCode).toBe(404)
  }
  expect((await closed.app.inject({ url: '/graphql', headers: browser })).headers['content-type']).not.toContain('html')
  expect((await post(closed, '{ __schema { queryType { name } } }')).data).toEqual({
    __schema: { queryType: { name: 'Query' } },
  })
})
