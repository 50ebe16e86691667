import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callerHeader, signCaller, type Caller } from '../platform/auth/caller.ts'
import { ask, register, type Person } from '../start/people.ts'
import { Stack } from '../start/running.ts'
import { anonymous, signedIn } from './callers.ts'
import { createTestDatabase } from './database.ts'
import { serviceSettings } from './network.ts'
import { startSplit, type Split } from './split.ts'

/** Every part of the system in a process of its own, and their secrets. */
const stack = new Stack()
const callerSecret = randomBytes(32).toString('base64url')
let system: Split
let alice: Person
let mallory: Person

beforeAll(async () => {
  const database = stack.use(await createTestDatabase())
  system = stack.use(
    await startSplit({
      ...serviceSettings(database.url),
      CALLER_SECRET: callerSecret,
      ACCESS_TOKEN_SECRETS: `test:${randomBytes(32).toString('base64url')}`,
    }),
  )
  alice = await register(system, 'alice', 'password')
  mallory = await register(system, 'mallory', 'password')
})

afterAll(() => stack[Symbol.asyncDispose]())

const operations = {
  'a query': { query: '{ __typename }' },
  'the schema': { query: '{ _service { sdl } }' },
  entities: {
    query: 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
    variables: { r: [{ __typename: 'User', id: '1' }] },
  },
}

/** The HTTP status and body of a subgraph's answer to a caller header. */
async function post(url: string, operation: object, caller?: string) {
  const headers = { 'content-type': 'application/json', ...(caller !== undefined && { [callerHeader]: caller }) }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(operation) })
  return { status: response.status, text: await response.text() }
}

describe.each(Object.entries(operations))('a subgraph that is asked for %s', (_what, operation) => {
  it('answers the gateway', async () => {
    for (const url of system.subgraphUrls) {
      const { status, text } = await post(url, operation, signCaller(callerSecret, anonymous))
      expect([status, text]).toEqual([200, expect.not.stringContaining('errors')])
    }
  })

  it('refuses a caller who is unsigned, stale or signed by somebody else', async () => {
    const callers = [
      undefined,
      '',
      Buffer.from(JSON.stringify(signedIn(alice.id))).toString('base64url'),
      signCaller(callerSecret, signedIn(alice.id), Date.now() - 11_000),
      signCaller(randomBytes(32).toString('base64url'), signedIn(alice.id)),
      signCaller(callerSecret, signedIn(mallory.id)).replace(/^[^.]+/, () => {
        const claims = { ...signedIn(alice.id), expiresAt: Date.now() + 10_000 }
        return Buffer.from(JSON.stringify(claims)).toString('base64url')
      }),
    ]
    for (const url of system.subgraphUrls) {
      for (const caller of callers) {
        const { status, text } = await post(url, operation, caller)
        expect([status, JSON.parse(text)]).toEqual([403, { errors: [expect.anything()] }])
      }
    }
  })
})

/** Headers with which an attacker could claim to be alice, some of them signed. */
function headersOf(person: Caller): Record<string, string> {
  return {
    [callerHeader]: signCaller(randomBytes(32).toString('base64url'), person),
    'x-user-id': alice.id,
    'x-viewer': alice.id,
    'x-forwarded-user': alice.id,
  }
}

it('the gateway believes no header about who calls, only the token', async () => {
  const viewerOf = async (headers: Record<string, string>): Promise<string | null> => {
    const response = await fetch(system.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    })
    const { data } = (await response.json()) as { data: { viewer: { id: string } | null } }
    return data.viewer?.id ?? null
  }
  const forged = headersOf(signedIn(alice.id))
  const replayed = { [callerHeader]: signCaller(callerSecret, signedIn(alice.id)) }
  expect(await viewerOf(forged)).toBeNull()
  expect(await viewerOf(replayed)).toBeNull()
  expect(await viewerOf({ ...forged, authorization: `Bearer ${mallory.token}` })).toBe(mallory.id)
  expect(await viewerOf({ ...replayed, authorization: `Bearer ${mallory.token}` })).toBe(mallory.id)
})

it('the REST adapter believes no header about who calls, only the token', async () => {
  const path = `${system.restUrl}/douyin/user/`
  const nobody = await fetch(path, { headers: headersOf(signedIn(alice.id)) })
  expect(await nobody.json()).toMatchObject({ status_code: 401, user: { id: 0 } })
  const someone = await fetch(`${path}?token=${mallory.token}`, { headers: headersOf(signedIn(alice.id)) })
  expect(await someone.json()).toMatchObject({ status_code: 0, user: { name: 'mallory' } })
})

it('a session that ends at the user subgraph ends at the gateway', async () => {
  const bob = await register(system, 'bob', 'password')
  await bob.asks('{ viewer { id } }')
  await bob.asks('mutation { revokeAllSessions { sessionIds } }')
  await expect
    .poll(() => ask(system, '{ viewer { id } }', {}, bob.token).catch(() => 'refused'), { timeout: 60_000 })
    .toBe('refused')
})
