import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { anonymous, refusal, signedIn } from '../../../testing/callers.ts'
import { openFaultyProxy } from '../../../testing/faulty-proxy.ts'
import { logsIn, registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'

const budget = { loginFailures: 3, loginFailureWindowSeconds: 600, loginLongestPauseSeconds: 60 }

const login = `mutation ($name: String!, $password: String!) {
  login(input: { name: $name, password: $password }) { accessToken }
}`

/** The result of a login attempt with a password that nobody has. */
async function fails(user: UserSubgraph, name: string, clientAddress = anonymous.clientAddress): Promise<unknown> {
  const { code } = await refusal(user.subgraph, { ...anonymous, clientAddress }, login, { name, password: 'wrong' })
  return code
}

async function failsTimes(user: UserSubgraph, count: number, name: string): Promise<unknown[]> {
  const codes = []
  for (let attempt = 0; attempt < count; attempt++) codes.push(await fails(user, name))
  return codes
}

describe('repeated wrong passwords', () => {
  let user: UserSubgraph
  beforeAll(async () => {
    user = await startUserSubgraph(budget)
  })
  afterAll(() => user[Symbol.asyncDispose]())

  it('hinder none of five good logins at once when there were none', async () => {
    await registers(user.subgraph, 'eager')

    const callers = await Promise.all(Array.from({ length: 5 }, () => logsIn(user.subgraph, 'eager')))

    expect(new Set(callers.map(({ viewer }) => viewer.sessionId)).size).toBe(5)
  })

  it('lock a name for an address, the right password included, and say for how long', async () => {
    await registers(user.subgraph, 'alice')
    expect(await failsTimes(user, 3, 'alice')).toEqual(Array(3).fill('UNAUTHENTICATED'))

    const refused = await refusal(user.subgraph, anonymous, login, { name: 'alice', password: 'password' })
    expect(refused.code).toBe('RATE_LIMITED')
    expect(refused.message).toMatch(/^Too many failed attempts\. Please try again in [1-5] seconds?\.$/)
  })

  it('lock neither another name nor another address', async () => {
    await registers(user.subgraph, 'bob')
    await registers(user.subgraph, 'carol')
    await failsTimes(user, 3, 'bob')

    await logsIn(user.subgraph, 'carol')
    await logsIn(user.subgraph, 'bob', 'password', { ...anonymous, clientAddress: '192.0.2.99' })
  })

  it('lock a name that nobody has just the same', async () => {
    expect(await failsTimes(user, 4, 'nobody')).toEqual([...Array<string>(3).fill('UNAUTHENTICATED'), 'RATE_LIMITED'])
  })

  it('are forgotten after the right one', async () => {
    await registers(user.subgraph, 'dave')
    await failsTimes(user, 2, 'dave')
    await logsIn(user.subgraph, 'dave')

    expect(await failsTimes(user, 3, 'dave')).toEqual(Array(3).fill('UNAUTHENTICATED'))
  })

  it('lock in time, too, when they come all at once', async () => {
    const codes = await Promise.all(Array.from({ length: 20 }, () => fails(user, 'rushed')))

    const compared = codes.filter((code) => code === 'UNAUTHENTICATED').length
    expect(compared).toBeGreaterThanOrEqual(3)
    expect(compared).toBeLessThanOrEqual(4)
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(20 - compared)
  })

  it('count when they are given to change the password', async () => {
    const erin = await registers(user.subgraph, 'erin')
    const change =
      'mutation { changePassword(input: { currentPassword: "wrong", newPassword: "new one" }) { user { id } } }'
    for (let attempt = 0; attempt < 3; attempt++) {
      const refused = await refusal(user.subgraph, erin, change)
      expect(refused).toEqual({ code: 'FORBIDDEN', message: 'The current password is wrong.' })
    }

    expect(await refusal(user.subgraph, erin, change)).toMatchObject({ code: 'RATE_LIMITED' })
    expect(await fails(user, 'erin')).toBe('RATE_LIMITED')
    expect(await refusal(user.subgraph, signedIn('999'), change)).toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})

describe('guessing from many addresses', () => {
  // Without Redis, so that a slow one does not move the count elsewhere.
  const once = { ...budget, loginFailures: 1, redisUrl: 'redis://127.0.0.1:1' }

  /** Ten strangers, each with an address of their own, guess once. */
  async function strangersGuess(user: UserSubgraph, name: string): Promise<unknown[]> {
    const codes = []
    for (let stranger = 1; stranger <= 10; stranger++) codes.push(await fails(user, name, `198.51.100.${stranger}`))
    return codes
  }

  it('makes the next stranger wait, and not the owner where he signed in before', async () => {
    await using user = await startUserSubgraph(once)
    await registers(user.subgraph, 'alice')
    const home = { ...anonymous, clientAddress: '192.0.2.7' }
    await logsIn(user.subgraph, 'alice', 'password', home)

    expect(await strangersGuess(user, 'alice')).toEqual(Array(10).fill('UNAUTHENTICATED'))

    expect(await fails(user, 'alice', '198.51.100.99')).toBe('RATE_LIMITED')
    await logsIn(user.subgraph, 'alice', 'password', home)
  })

  it('counts a subscriber’s IPv6 addresses as one', async () => {
    await using user = await startUserSubgraph(once)
    expect(await fails(user, 'alice', '2001:db8:1:2::1')).toBe('UNAUTHENTICATED')
    expect(await fails(user, 'alice', '2001:db8:1:2:ffff::9')).toBe('RATE_LIMITED')
    expect(await fails(user, 'alice', '2001:db8:1:3::1')).toBe('UNAUTHENTICATED')
  })
})

it('locks an address that tries one name after the other', async () => {
  await using user = await startUserSubgraph({ ...budget, loginFailures: 1 })
  const codes = []
  for (let name = 0; name < 21; name++) codes.push(await fails(user, `guess-${name}`))

  expect(codes).toEqual([...Array<string>(20).fill('UNAUTHENTICATED'), 'RATE_LIMITED'])
  expect(await fails(user, 'guess-22', '198.51.100.7')).toBe('UNAUTHENTICATED')
})

it('throttles and lets in although Redis cannot be reached', async () => {
  await using user = await startUserSubgraph({ ...budget, redisUrl: 'redis://127.0.0.1:1' })
  await registers(user.subgraph, 'alice')
  await Promise.all(Array.from({ length: 5 }, () => logsIn(user.subgraph, 'alice')))

  expect(await failsTimes(user, 4, 'alice')).toEqual([...Array<string>(3).fill('UNAUTHENTICATED'), 'RATE_LIMITED'])
})

it('throttles and lets in although Redis hangs', async () => {
  await using proxy = await openFaultyProxy(inject('services').redisUrl)
  await using user = await startUserSubgraph({ ...budget, redisUrl: proxy.url })
  await registers(user.subgraph, 'alice')
  await registers(user.subgraph, 'bob')
  proxy.freeze()

  expect(await failsTimes(user, 4, 'alice')).toEqual([...Array<string>(3).fill('UNAUTHENTICATED'), 'RATE_LIMITED'])
  await logsIn(user.subgraph, 'bob')
})
