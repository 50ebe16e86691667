import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bootNetwork, type Network } from '../network.ts'

/** How many ordinary requests a rejected token may cost. When a public key was tried first, each cost more than ten. */
const maxRequests = 4
const requests = 30
const rounds = 5

let network: Network
let token: string
beforeAll(async () => {
  network = await bootNetwork()
  const alice = await network.person('alice')
  await alice.publishes('sunset')
  token = alice.token
})
afterAll(() => network[Symbol.asyncDispose]())

/** A token with a valid form and key, but with a forged claim or signature. */
function forged(n: number): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  if (n % 2 === 0) return `${header}.${payload}.${randomBytes(32).toString('base64url')}`
  const claims = Buffer.from(JSON.stringify({ sub: String(n), sid: String(n) })).toString('base64url')
  return `${header}.${claims}.${signature}`
}

type Ask = (n: number) => Promise<Response>

/** Microseconds of CPU of this process per request, in one round. */
async function costOf(ask: Ask, round: number): Promise<number> {
  const before = process.cpuUsage()
  for (let n = 0; n < requests; n++) await (await ask(round * requests + n)).arrayBuffer()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests
}

/**
 * How many times as much the second kind of request costs as the first. Rounds of both alternate, and the cheapest ones count, so
 * that whatever else the process does for a while burdens neither.
 */
async function timesAsDear(usual: Ask, rejected: Ask): Promise<number> {
  const best = [Infinity, Infinity]
  for (let round = 0; round < rounds; round++) {
    for (const [kind, ask] of [usual, rejected].entries()) {
      best[kind] = Math.min(best[kind] ?? Infinity, await costOf(ask, round))
    }
  }
  return (best[1] ?? Infinity) / (best[0] ?? Infinity)
}

it('a forged token costs about as much as the page that is shown without one', async () => {
  const feed = (query = ''): Promise<Response> => fetch(`${network.restUrl}/douyin/feed/${query}`)
  expect(
    await timesAsDear(
      () => feed(),
      (n) => feed(`?token=${forged(n)}`),
    ),
  ).toBeLessThan(maxRequests)
})

it('a forged token costs no more than an operation over GraphQL', async () => {
  const ask = (bearer: string | null): Promise<Response> =>
    fetch(network.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer !== null && { authorization: `Bearer ${bearer}` }) },
      body: JSON.stringify({ query: '{ viewer { name } feed(first: 10) { edges { node { title } } } }' }),
    })
  expect(
    await timesAsDear(
      () => ask(null),
      (n) => ask(forged(n)),
    ),
  ).toBeLessThan(maxRequests)
})
