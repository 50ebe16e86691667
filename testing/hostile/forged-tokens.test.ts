import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bootNetwork, type Network } from '../network.ts'

/** How many ordinary requests a rejected token may cost. When a public key was tried first, each cost more than ten. */
const maxRequests = 4
const requests = 30

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

/** Microseconds of CPU per request, of the cheapest of several rounds. */
async function costOf(ask: (n: number) => Promise<Response>): Promise<number> {
  let best = Infinity
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage()
    for (let n = 0; n < requests; n++) await (await ask(round * requests + n)).arrayBuffer()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / requests)
  }
  return best
}

it('a forged token costs about as much as the page that is shown without one', async () => {
  const feed = (query = ''): Promise<Response> => fetch(`${network.restUrl}/douyin/feed/${query}`)
  const alone = await costOf(() => feed())
  expect((await costOf((n) => feed(`?token=${forged(n)}`))) / alone).toBeLessThan(maxRequests)
})

it('a forged token costs no more than an operation over GraphQL', async () => {
  const ask = (bearer: string | null): Promise<Response> =>
    fetch(network.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer !== null && { authorization: `Bearer ${bearer}` }) },
      body: JSON.stringify({ query: '{ viewer { name } feed(first: 10) { edges { node { title } } } }' }),
    })
  const alone = await costOf(() => ask(null))
  expect((await costOf((n) => ask(forged(n)))) / alone).toBeLessThan(maxRequests)
})
