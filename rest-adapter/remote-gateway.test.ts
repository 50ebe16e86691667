import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Call } from '../platform/graphql/call.ts'
import { callerHeader, verifyCaller } from '../platform/auth/caller.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { anonymous } from '../testing/callers.ts'
import { createRemoteGateway, type RemoteGateway } from './remote-gateway.ts'

const callerSecret = 'a-secret-of-at-least-thirty-two-characters'
const log = createLogger('silent', 'test')
const operation = {
  kind: 'query',
  query: 'query Q($a: ID!) { user(id: $a) { id } }',
  operationName: 'Q',
  variables: { a: '1' },
} as const
const call: Call = { ...anonymous, language: 'zh', token: 'mine' }

let server: Server
let remote: RemoteGateway
let answer: (request: IncomingMessage, response: ServerResponse) => void

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  remote = createRemoteGateway({ url: `http://127.0.0.1:${port}/graphql`, callerSecret, log })
})

afterAll(async () => {
  await remote[Symbol.asyncDispose]()
  server.close()
})

beforeEach(() => {
  answer = (_, response) => response.end('{"data":{"user":null}}')
})

describe('a gateway in another process', () => {
  it('is told the operation, the token and, under a signature, what the client is like', async () => {
    const seen: { request?: IncomingMessage; body?: unknown } = {}
    answer = (request, response) => {
      void json(request).then((body) => {
        Object.assign(seen, { request, body })
        response.end('{"data":{"user":{"id":"1"}}}')
      })
    }
    expect(await remote.execute(operation, call)).toEqual({ data: { user: { id: '1' } } })
    const { kind: _kind, ...sent } = operation
    expect(seen.body).toEqual(sent)
    expect([seen.request?.method, seen.request?.url]).toEqual(['POST', '/graphql'])
    expect(seen.request?.headers.authorization).toBe('Bearer mine')
    const signed = String(seen.request?.headers[callerHeader])
    expect(verifyCaller(callerSecret, signed)).toEqual({ ...anonymous, language: 'zh', viewer: null })
  })

  it('is told no token of an anonymous call', async () => {
    let authorization: string | undefined = 'unseen'
    answer = (request, response) => {
      authorization = request.headers.authorization
      response.end('{"data":{"user":null}}')
    }
    await remote.execute(operation, { ...call, token: null })
    expect(authorization).toBeUndefined()
  })

  it('answers errors with their codes, under whatever HTTP status', async () => {
    answer = (_, response) => {
      response.writeHead(401).end('{"errors":[{"message":"请先登录。","extensions":{"code":"UNAUTHENTICATED"}}]}')
    }
    const { data, errors } = await remote.execute(operation, call)
    expect(data).toBeNull()
    expect(errors).toMatchObject([{ message: '请先登录。', extensions: { code: 'UNAUTHENTICATED' } }])
  })

  it.each<[string, (response: ServerResponse) => void]>([
    ['breaks off', (response) => response.destroy()],
    ['answers no JSON', (response) => response.writeHead(502).end('<html>Bad gateway at 10.0.0.7</html>')],
    ['answers nothing', (response) => response.end('{}')],
    ['answers something else', (response) => response.end('[1]')],
  ])('is unavailable when it %s', async (_, broken) => {
    answer = (_, response) => broken(response)
    const { data, errors } = await remote.execute(operation, call)
    expect(data).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
  })

  it('is unavailable when it does not answer in time', async () => {
    answer = () => undefined
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/graphql`
    await using hasty = createRemoteGateway({ url, callerSecret, deadlineMs: { query: 50, mutation: 60_000 }, log })
    const { errors } = await hasty.execute(operation, call)
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
  })

  it('waits longer for a mutation than for a query, though its text begins with a fragment', async () => {
    const held: ServerResponse[] = []
    answer = (_, response) => void held.push(response)
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/graphql`
    await using patient = createRemoteGateway({ url, callerSecret, deadlineMs: { query: 50, mutation: 60_000 }, log })
    const text = 'fragment Id on Video { id } mutation { favoriteVideo(input: { videoId: "1" }) { video { ...Id } } }'
    const mutation = patient.execute({ kind: 'mutation', query: text }, call)
    // By then the timeout of a query has passed, and the mutation continues.
    expect((await patient.execute(operation, call)).errors).toHaveLength(1)
    for (const response of held) response.end('{"data":{"favoriteVideo":{"video":{"id":"1"}}}}')
    expect(await mutation).toEqual({ data: { favoriteVideo: { video: { id: '1' } } } })
  })

  it('is unavailable when it is away', async () => {
    await using nobody = createRemoteGateway({ url: 'http://127.0.0.1:9/graphql', callerSecret, log })
    const { errors } = await nobody.execute(operation, call)
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
  })
})
