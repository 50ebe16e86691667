import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bootNetwork, type Network, type TestPerson } from './network.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, query = '']) => ({
  name: /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '',
  query,
}))

let network: Network
let alice: TestPerson
let variables: Record<string, string>

beforeAll(async () => {
  network = await bootNetwork()
  alice = await network.person('alice')
  const bob = await network.person('bob')
  const videoId = await bob.publishes('sunset')
  variables = { name: alice.name, password: 'password', videoId, userId: bob.id }
})

afterAll(async () => {
  await network[Symbol.asyncDispose]()
})

it('the README shows operations', () => {
  expect(examples.map(({ name }) => name)).toEqual(['SignIn', 'Feed', 'Like', 'Comment', 'Profile', 'Say'])
})

it.each(examples)('the example $name of the README works', async ({ query }) => {
  const wanted = Object.entries(variables).filter(([name]) => query.includes(`$${name}`))
  const data = await alice.asks<Record<string, unknown>>(query, Object.fromEntries(wanted))
  expect(Object.values(data)).not.toContain(null)
})
