import { setImmediate } from 'node:timers/promises'
import jwt from 'jsonwebtoken'
import { afterEach, expect, it, vi } from 'vitest'
import { parseTokenKeys, signAccessToken, type TokenKeys } from '../../platform/auth/access-token.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import type { Call } from '../../platform/graphql/call.ts'
import { Unauthenticated, Unavailable } from '../../platform/runtime/errors.ts'
import { sessionRevoked } from '../../schema/topics.ts'
import { createAuthentication, type Authentication } from './authentication.ts'
import { accessTokenKeys, alice, aliceToken } from '../../testing/gateway.ts'
import type { SubgraphClient } from '../execution/subgraph-client.ts'

const from = { language: 'en', origin: 'http://o', clientAddress: '192.0.2.1', userAgent: 'u', requestId: 'r' } as const

function call(token: string | null): Call {
  return { ...from, token }
}

/** The user subgraph with the active sessions by id; `asked` collects the requested ones. No session is revoked elsewhere. */
function userSubgraph(
  sessions: Map<string, string>,
  admins: ReadonlySet<string> = new Set(),
): SubgraphClient & { readonly asked: string[] } {
  const asked: string[] = []
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
  return {
    asked,
    async execute({ query, variables }) {
      if (query.includes('sessionChanges')) return { data: { sessionChanges: { sessionIds: [], upTo: '1' } } }
      const id = variables?.['id'] as string
      asked.push(id)
      await Promise.resolve()
      const userId = sessions.get(id)
      const session = { isAdmin: admins.has(userId ?? ''), expiresAt, user: { id: userId } }
      return { data: { activeSession: userId === undefined ? null : session } }
    },
  }
}

/** A broadcast within this test. */
function broadcastHere(): Pick<Broadcast, 'publish' | 'listen'> {
  const listeners = new Map<string, (value: unknown) => void>()
  return {
    publish: (topic, value) => listeners.get(topic)?.(value),
    listen: (topic, listener) => void listeners.set(topic, listener),
  }
}

const started: AsyncDisposable[] = []
afterEach(() => Promise.all(started.splice(0).map((authentication) => authentication[Symbol.asyncDispose]())))

/** An authentication that is ready: it knows the starting point of session changes. */
async function begin(...parameters: Parameters<typeof createAuthentication>): Promise<Authentication> {
  const authentication = createAuthentication(...parameters)
  started.push(authentication)
  await setImmediate()
  return authentication
}

async function authentication(sessions = new Map([[alice.sessionId, alice.userId]]), admins?: ReadonlySet<string>) {
  const user = userSubgraph(sessions, admins)
  const broadcast = broadcastHere()
  return { user, sessions, broadcast, ...(await begin(accessTokenKeys, user, broadcast)) }
}

it('knows who a token belongs to, and keeps what the door said of the call', async () => {
  const { identify } = await authentication()
  expect(await identify(call(aliceToken))).toEqual({ ...from, viewer: alice })
})

it('knows an administrator by his session', async () => {
  const { identify } = await authentication(undefined, new Set([alice.userId]))
  expect(await identify(call(aliceToken))).toEqual({ ...from, viewer: { ...alice, role: 'ADMIN' } })
})

it('lets people without a token through as nobody, asking no one', async () => {
  const { identify, user } = await authentication()
  expect(await identify(call(null))).toEqual({ ...from, viewer: null })
  expect(user.asked).toEqual([])
})

const [header = '', payload = '', signature = ''] = aliceToken.split('.')
const otherKeys = parseTokenKeys('k1:another secret that is as long as it must be')
const unknownKeys: TokenKeys = new Map([...accessTokenKeys.values()].map((key) => ['k9', key]))
const tampered = Buffer.from(JSON.stringify({ sub: '2', sid: alice.sessionId })).toString('base64url')
it.each([
  ['is no token', 'x'],
  ['is empty', ''],
  ['was signed with another secret', signAccessToken(otherKeys, alice)],
  ['names a key that is unknown', signAccessToken(unknownKeys, alice)],
  ['was tampered with', [header, tampered, signature].join('.')],
  ['lost its signature', [header, payload, ''].join('.')],
  [
    'is not signed at all',
    jwt.sign({ sub: '1', sid: '11' }, '', { algorithm: 'none', header: { alg: 'none', kid: 'k1' } }),
  ],
])('refuses a token that %s, asking no one', async (_what, token) => {
  const { identify, user } = await authentication()
  await expect(identify(call(token))).rejects.toThrow(Unauthenticated)
  expect(user.asked).toEqual([])
})

it('looks at a refused token once, however often it comes back', async () => {
  const verify = vi.spyOn(jwt, 'verify')
  const { identify } = await authentication()
  const forged = signAccessToken(otherKeys, alice)
  for (let attempt = 0; attempt < 3; attempt++) await expect(identify(call(forged))).rejects.toThrow(Unauthenticated)
  expect(verify).toHaveBeenCalledTimes(1)
  verify.mockRestore()
})

it('logs nobody out while keys are replaced', async () => {
  const user = userSubgraph(new Map([['11', '1']]))
  const newKeys = parseTokenKeys('k2:a newer secret that is as long as it must be')
  const both: TokenKeys = new Map([...accessTokenKeys, ...newKeys])
  const turned: TokenKeys = new Map([...newKeys, ...accessTokenKeys])
  // The processes of a system switch to the new key one after the other, so each sees tokens of all.
  const processes = await Promise.all([accessTokenKeys, both, turned].map((keys) => begin(keys, user, undefined)))
  const [oldToken, newToken] = [signAccessToken(both, alice), signAccessToken(turned, alice)]
  for (const { identify } of processes) expect((await identify(call(oldToken))).viewer).toEqual(alice)
  for (const { identify } of processes.slice(1)) expect((await identify(call(newToken))).viewer).toEqual(alice)
})

it('refuses a token from the moment on that it ends, although it was good before', async () => {
  const { identify } = await authentication()
  const end = Math.ceil(Date.now() / 1_000 + 60) * 1_000
  const token = signAccessToken(accessTokenKeys, alice, new Date(end))
  expect((await identify(call(token))).viewer).toEqual(alice)
  vi.useFakeTimers({ now: end - 1, toFake: ['Date'] })
  try {
    expect((await identify(call(token))).viewer).toEqual(alice)
    vi.setSystemTime(end)
    await expect(identify(call(token))).rejects.toThrow(Unauthenticated)
  } finally {
    vi.useRealTimers()
  }
})

it('refuses the token of a session that ended', async () => {
  const { identify } = await authentication(new Map())
  await expect(identify(call(aliceToken))).rejects.toThrow(Unauthenticated)
})

it('refuses the token of a session that belongs to somebody else', async () => {
  const { identify } = await authentication(new Map([[alice.sessionId, '2']]))
  await expect(identify(call(aliceToken))).rejects.toThrow(Unauthenticated)
})

it('asks once for a session, however many calls come at the same time and soon after', async () => {
  const { identify, user } = await authentication()
  await Promise.all(Array.from({ length: 1_000 }, () => identify(call(aliceToken))))
  await identify(call(aliceToken))
  expect(user.asked).toEqual([alice.sessionId])
})

it('refuses a session from the moment on that its end is heard of', async () => {
  const { identify, sessions, broadcast } = await authentication()
  await identify(call(aliceToken))
  sessions.clear()
  expect((await identify(call(aliceToken))).viewer).toEqual(alice)
  broadcast.publish(sessionRevoked, alice.sessionId)
  await expect(identify(call(aliceToken))).rejects.toThrow(Unauthenticated)
})

it('does not keep an answer that the end of the session overtook', async () => {
  const { identify, sessions, broadcast } = await authentication()
  const early = identify(call(aliceToken))
  broadcast.publish(sessionRevoked, alice.sessionId)
  await early
  sessions.clear()
  await expect(identify(call(aliceToken))).rejects.toThrow(Unauthenticated)
})

it('asks again once a person whose session was unknown has one', async () => {
  const { identify, sessions } = await authentication(new Map())
  await expect(identify(call(aliceToken))).rejects.toThrow(Unauthenticated)
  sessions.set(alice.sessionId, alice.userId)
  expect((await identify(call(aliceToken))).viewer).toEqual(alice)
})

it('is unavailable while the user subgraph is, and recovers with it', async () => {
  let isAway = true
  const user = userSubgraph(new Map([[alice.sessionId, alice.userId]]))
  const moody: SubgraphClient = {
    execute: (operation, caller) =>
      isAway ? Promise.resolve({ errors: [new Unavailable()] }) : user.execute(operation, caller),
  }
  const { identify } = await begin(accessTokenKeys, moody, undefined)
  await expect(identify(call(aliceToken))).rejects.toThrow(Unavailable)
  await expect(identify(call(null))).resolves.toMatchObject({ viewer: null })
  isAway = false
  expect((await identify(call(aliceToken))).viewer).toEqual(alice)
})

it('remembers no more sessions than it may', async () => {
  const user = userSubgraph(new Map(['21', '22', '23'].map((id) => [id, '1'])))
  const { identify } = await begin(accessTokenKeys, user, undefined, 2)
  const tokenOf = (sessionId: string): string => signAccessToken(accessTokenKeys, { userId: '1', sessionId })
  for (const sessionId of ['21', '22', '23', '22', '23', '21']) await identify(call(tokenOf(sessionId)))
  expect(user.asked).toEqual(['21', '22', '23', '21'])
})
