import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayUnderTest } from '../../testing/gateway.ts'
import type { Gateway } from '../server.ts'

let gateway: Gateway

beforeAll(async () => {
  gateway = await gatewayUnderTest()
})

afterAll(() => gateway[Symbol.asyncDispose]())

const query = '{ feed(first: 1) { edges { node { title } } } }'
const data = { feed: { edges: [{ node: { title: 'sunset' } }] } }

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function send(payload: object) {
  const answer = await gateway.app.inject({ method: 'POST', url: '/graphql', payload })
  return { status: answer.statusCode, ...answer.json<object>() }
}

function persisted(sha256Hash: unknown, version: unknown = 1): object {
  return { extensions: { persistedQuery: { version, sha256Hash } } }
}

function failure(code: string): object {
  return { errors: [{ extensions: { code, requestId: expect.any(String) as string } }] }
}

it('asks for the text of a hash once, then answers the hash alone, by POST and by GET', async () => {
  const hash = hashOf(query)
  expect(await send(persisted(hash))).toMatchObject({
    errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
  })
  expect(await send({ query, ...persisted(hash) })).toEqual({ status: 200, data })
  expect(await send(persisted(hash))).toEqual({ status: 200, data })
  const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash } })
  const byGet = await gateway.app.inject({ url: `/graphql?${String(new URLSearchParams({ extensions }))}` })
  expect(byGet.json()).toEqual({ data })
})

it('lets nobody put another text under a hash', async () => {
  const own = '{ viewer { name } }'
  expect(await send({ query, ...persisted(hashOf(own)) })).toMatchObject({
    status: 400,
    ...failure('PERSISTED_QUERY_MISMATCH'),
  })
  expect(await send(persisted(hashOf(own)))).toMatchObject(failure('PERSISTED_QUERY_NOT_FOUND'))
})

it('keeps no text that is no document', async () => {
  const text = '{ viewer { '
  expect(await send({ query: text, ...persisted(hashOf(text)) })).toMatchObject(failure('GRAPHQL_PARSE_FAILED'))
  expect(await send(persisted(hashOf(text)))).toMatchObject(failure('PERSISTED_QUERY_NOT_FOUND'))
})

it('forgets texts rather than keep more and more', async () => {
  const long = `{ viewer { name } } # ${'x'.repeat(50_000)}`
  await send({ query: long, ...persisted(hashOf(long)) })
  for (let n = 0; n < 25; n++) {
    const other = `${long} ${n}`
    await send({ query: other, ...persisted(hashOf(other)) })
  }
  expect(await send(persisted(hashOf(long)))).toMatchObject(failure('PERSISTED_QUERY_NOT_FOUND'))
})

describe('says what is wrong with', () => {
  it.each([
    ['another version', persisted(hashOf(query), 2), 'PERSISTED_QUERY_NOT_SUPPORTED'],
    ['no version', { extensions: { persistedQuery: { sha256Hash: hashOf(query) } } }, 'PERSISTED_QUERY_NOT_SUPPORTED'],
    ['a text for an object', { extensions: { persistedQuery: 'yes' } }, 'PERSISTED_QUERY_NOT_SUPPORTED'],
    ['a hash that is a number', persisted(7), 'BAD_REQUEST'],
    ['a hash that is an object', persisted({ a: 1 }), 'BAD_REQUEST'],
    ['no hash', { extensions: { persistedQuery: { version: 1 } } }, 'BAD_REQUEST'],
    ['a hash that is none', persisted('__proto__'), 'PERSISTED_QUERY_NOT_FOUND'],
    ['an empty hash', persisted(''), 'PERSISTED_QUERY_NOT_FOUND'],
  ])('%s', async (_what, payload, code) => {
    expect(await send(payload)).toMatchObject(failure(code))
  })
})
