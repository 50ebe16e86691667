import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { callerHeader, signCaller, type Caller } from '../../platform/auth/caller.ts'
import { alice, aliceToken, callerSecret, gatewayUnderTest, post, stubs } from '../../testing/gateway.ts'
import type { Gateway } from '../server.ts'

let gateway: Gateway
const callers: Caller[] = []

beforeAll(async () => {
  gateway = await gatewayUnderTest({ subgraphs: stubs(callers) })
})

beforeEach(() => {
  callers.length = 0
})

afterAll(() => gateway[Symbol.asyncDispose]())

const client: Caller = {
  viewer: null,
  language: 'zh',
  origin: 'https://videos.example',
  clientAddress: '203.0.113.7',
  userAgent: 'Android',
  requestId: 'request-of-the-adapter',
}
const query = '{ feed(first: 1) { edges { node { title } } } }'
const large = '{ feed(first: 5000) { edges { node { title author { name } } } } }'

async function callerSeen(headers: Record<string, string>): Promise<Caller | undefined> {
  await post(gateway, query, {}, headers)
  return callers.at(-1)
}

it('believes what another part of the system says of its client', async () => {
  expect(await callerSeen({ [callerHeader]: signCaller(callerSecret, client) })).toEqual(client)
})

it('lets the token alone decide who the viewer is', async () => {
  const signed = { [callerHeader]: signCaller(callerSecret, client) }
  expect(await callerSeen({ ...signed, authorization: `Bearer ${aliceToken}` })).toEqual({ ...client, viewer: alice })
  const { errors } = await post(gateway, query, {}, { ...signed, authorization: 'Bearer nonsense' })
  expect(errors).toEqual([
    { message: '请先登录。', extensions: { code: 'UNAUTHENTICATED', requestId: 'request-of-the-adapter' } },
  ])
})

it('executes the operations of another part of the system without admission', async () => {
  expect((await post(gateway, large, {}, { [callerHeader]: signCaller(callerSecret, client) })).errors).toEqual([])
  expect((await post(gateway, large)).errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }])
})

const forged = signCaller('a secret that somebody made up himself', client)
it.each([
  ['signed by a stranger', forged],
  ['that says who the viewer is', signCaller(callerSecret, { ...client, viewer: { userId: '2', sessionId: '22' } })],
  ['that is too old', signCaller(callerSecret, client, Date.now() - 120_000)],
  ['without a signature', Buffer.from(JSON.stringify(client)).toString('base64url')],
  ['that is nonsense', '…'],
])('ignores a header %s', async (_what, header) => {
  const headers = { [callerHeader]: header, 'x-user-id': '1', 'x-viewer': '1' }
  expect(await callerSeen(headers)).toMatchObject({ viewer: null, language: 'en', clientAddress: '127.0.0.1' })
  expect((await post(gateway, large, {}, headers)).errors).toMatchObject([
    { extensions: { code: 'QUERY_TOO_COMPLEX' } },
  ])
})

it('believes nobody where no secret is set', async () => {
  await using alone = await gatewayUnderTest({ callerSecret: undefined, subgraphs: stubs(callers) })
  await post(alone, query, {}, { [callerHeader]: signCaller(callerSecret, client) })
  expect(callers.at(-1)).toMatchObject({ language: 'en' })
})
