import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { gatewayUnderTest } from '../../testing/gateway.ts'
import type { Gateway } from '../server.ts'

let gateway: Gateway

beforeAll(async () => {
  gateway = await gatewayUnderTest()
})

afterAll(() => gateway[Symbol.asyncDispose]())

const headers = { 'accept-encoding': 'gzip' }
const many = Array.from(
  { length: 20 },
  (_, index) => `a${index}: feed(first: 1) { edges { node { id title playUrl } } }`,
)

function ask(query: string) {
  return gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload: { query } })
}

it('makes long answers short for who takes it', async () => {
  const answer = await ask(`{ ${many.join(' ')} }`)
  expect(answer.headers['content-encoding']).toBe('gzip')
  expect(answer.headers['vary']).toContain('accept-encoding')
  expect(JSON.parse(gunzipSync(answer.rawPayload).toString())).toHaveProperty('data.a19.edges')
})

it('leaves answers with tokens and signed addresses as they are', async () => {
  const long = 'x'.repeat(1_500)
  const secrets = [
    `mutation { login(input: { name: "${long}", password: "p" }) { accessToken nothing } }`,
    `mutation { login(input: { name: "a", password: "p" }) { ${Array.from({ length: 15 }, (_, n) => `a${n}_${'x'.repeat(90)}: accessToken`).join(' ')} } }`,
    `{ uploadLimits { maxBytes } ${many.join(' ')} }`,
  ]
  for (const query of secrets) expect((await ask(query)).headers).not.toHaveProperty('content-encoding')
})

it('serves the pages of people who explore the graph, and their files, in fewer bytes', async () => {
  for (const url of ['/graphiql/graphiql.js', '/graphiql/react-dom.js', '/graphiql']) {
    const [short, whole] = [await gateway.app.inject({ url, headers }), await gateway.app.inject({ url })]
    expect(short.headers['content-encoding']).toBe(whole.rawPayload.length > 1_024 ? 'gzip' : undefined)
    if (whole.rawPayload.length > 1_024) expect(gunzipSync(short.rawPayload)).toEqual(whole.rawPayload)
  }
})
