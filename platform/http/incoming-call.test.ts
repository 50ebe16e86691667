import { randomUUID } from 'node:crypto'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import type { Call } from '../graphql/call.ts'
import { bearerToken, incomingCall, preferredLanguage, type CallSettings } from './incoming-call.ts'

async function callOf(
  headers: Record<string, string>,
  settings: CallSettings = { defaultLanguage: 'en' },
  trustProxy = false,
): Promise<Call> {
  const app = fastify({ trustProxy, genReqId: () => randomUUID() })
  app.get('/', (request) => incomingCall(request, settings))
  try {
    const answer = await app.inject({ url: '/', headers })
    return answer.json<Call>()
  } finally {
    await app.close()
  }
}

it('reads who calls, from where and in which language', async () => {
  const headers = {
    host: 'videos.example:4000',
    authorization: 'Bearer abc.def',
    'accept-language': 'zh-CN',
    'user-agent': 'Android',
  }
  expect(await callOf(headers)).toEqual({
    token: 'abc.def',
    language: 'zh',
    origin: 'http://videos.example:4000',
    clientAddress: '127.0.0.1',
    userAgent: 'Android',
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  })
})

it('gives every call an id of its own, whatever the client says', async () => {
  const [one, other] = [await callOf({ 'x-request-id': 'mine' }), await callOf({ 'x-request-id': 'mine' })]
  expect(new Set([one.requestId, other.requestId, 'mine']).size).toBe(3)
})

it('names the public address where one is set', async () => {
  expect((await callOf({}, { defaultLanguage: 'zh', publicUrl: 'https://v.example' })).origin).toBe('https://v.example')
})

it('believes a proxy about the client only where one is trusted', async () => {
  const forwarded = {
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'v.example',
    host: 'inside',
  }
  expect(await callOf(forwarded)).toMatchObject({ clientAddress: '127.0.0.1', origin: 'http://inside' })
  expect(await callOf(forwarded, { defaultLanguage: 'en' }, true)).toMatchObject({
    clientAddress: '203.0.113.7',
    origin: 'https://v.example',
  })
})

it('keeps no more of a client’s name than a line', async () => {
  expect((await callOf({ 'user-agent': 'x'.repeat(5_000) })).userAgent).toHaveLength(200)
})

describe('the language', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh', 'zh'],
    ['zh-Hant-TW', 'zh'],
    ['EN-gb', 'en'],
    ['fr, zh;q=0.8, en;q=0.7', 'zh'],
    ['en;q=0.1, zh;q=0.9', 'zh'],
    ['zh;q=0, en', 'en'],
    ['zh ; q=0.5 , en ; q=0.6', 'en'],
    ['fr, de', 'en'],
    ['*', 'en'],
    ['zhx, q=1, ;;;, zh;q=x', 'en'],
  ] as const)('of "%s" is %s', (header, language) => {
    expect(preferredLanguage(header, 'en')).toBe(language)
  })

  it('is the door’s where a client names none of ours', () => {
    expect(preferredLanguage('fr', 'zh')).toBe('zh')
  })
})

describe('the token', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['Bearer', null],
    ['Bearer ', null],
    ['Bearer abc', 'abc'],
    ['bearer   abc ', 'abc'],
    ['Basic abc', null],
    ['Bearer a b', null],
    ['xBearer abc', null],
  ])('of "%s" is %s', (header, token) => {
    expect(bearerToken(header)).toBe(token)
  })
})
