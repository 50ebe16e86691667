import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Caller } from '../../../platform/auth/caller.ts'
import { administrator, anew, anonymous, ask } from '../../../testing/callers.ts'
import { advanceClock, releaseClock, stopClock } from '../../../testing/clock.ts'
import { registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'

/** Two processes on one database that do not notify each other of writes. */
let here: UserSubgraph
let elsewhere: UserSubgraph
beforeAll(async () => {
  here = await startUserSubgraph()
  elsewhere = await startUserSubgraph({ database: { url: here.databaseUrl } })
})
afterAll(async () => {
  await elsewhere[Symbol.asyncDispose]()
  await here[Symbol.asyncDispose]()
})
beforeEach(stopClock)
afterEach(releaseClock)

interface Shown {
  readonly name: string
  readonly signature: string
  readonly avatar: string
}

/** A user as shown on a page that refers to them. */
async function shown({ subgraph }: UserSubgraph, id: string, caller: Caller = anonymous): Promise<Shown | null> {
  const query = `query ($people: [_Any!]!) {
    _entities(representations: $people) { ... on User { name signature avatar } }
  }`
  const variables = { people: [{ __typename: 'User', id }] }
  const { _entities } = await ask<{ _entities: [Shown | null] }>(subgraph, caller, query, variables)
  return _entities[0]
}

const change =
  'mutation ($signature: String!) { updateProfile(input: { signature: $signature }) { user { signature } } }'
const ban = 'mutation ($id: ID!) { banUser(input: { userId: $id, reason: "spam" }) { user { isBanned } } }'
const unban = 'mutation ($id: ID!) { unbanUser(input: { userId: $id, reason: "a mistake" }) { user { isBanned } } }'

it('answers whoever looks at a person who is kept without any statement, and reads him once for many', async () => {
  const alice = await registers(here.subgraph, 'alice')
  advanceClock(1)
  here.takeQueries()
  await Promise.all(Array.from({ length: 200 }, () => shown(here, alice.viewer.userId)))
  expect(here.takeQueries()).toHaveLength(1)
  advanceClock(749)
  expect(await shown(here, alice.viewer.userId)).toMatchObject({ name: 'alice' })
  await ask(here.subgraph, anonymous, 'query ($id: ID!) { user(id: $id) { name } }', { id: alice.viewer.userId })
  expect(here.takeQueries()).toEqual([])
})

it('remembers for a moment whom there is not', async () => {
  expect(await shown(here, '5')).toBeNull()
  here.takeQueries()
  expect(await shown(here, '5')).toBeNull()
  expect(here.takeQueries()).toEqual([])
})

it('writes the address that a client uses into URLs, whoever looked before', async () => {
  const { viewer } = await registers(here.subgraph, 'bob')
  const urls = await Promise.all(
    ['http://one.test', 'http://two.test'].map((origin) => shown(here, viewer.userId, { ...anonymous, origin })),
  )
  // The object store of tests has an address of its own.
  expect(new Set(urls.map((person) => person?.avatar)).size).toBe(1)
})

it('shows a changed profile, a ban and its end at once to everybody in the process', async () => {
  const carol = await registers(here.subgraph, 'carol')
  const id = carol.viewer.userId
  await shown(here, id)
  advanceClock(1)
  await ask(here.subgraph, carol, change, { signature: 'new here' })
  advanceClock(1)
  expect(await shown(here, id)).toMatchObject({ signature: 'new here' })
  advanceClock(1)
  await ask(here.subgraph, administrator('1'), ban, { id })
  expect(await shown(here, id)).toBeNull()
  advanceClock(1)
  await ask(here.subgraph, administrator('1'), unban, { id })
  expect(await shown(here, id)).toMatchObject({ name: 'carol' })
})

it('shows in another process at once what the viewer changed, and then to all there', async () => {
  const dave = await registers(here.subgraph, 'dave')
  const id = dave.viewer.userId
  await shown(elsewhere, id)
  advanceClock(1)
  await ask(here.subgraph, dave, change, { signature: 'new here' })
  advanceClock(1)
  expect(await shown(elsewhere, id, anew(dave))).toMatchObject({ signature: 'new here' })
  expect(await shown(elsewhere, id)).toMatchObject({ signature: 'new here' })
})

it('shows nobody in another process somebody who has been banned for three quarters of a second', async () => {
  const { viewer } = await registers(here.subgraph, 'erin')
  expect(await shown(elsewhere, viewer.userId)).toMatchObject({ name: 'erin' })
  advanceClock(1)
  await ask(here.subgraph, administrator('1'), ban, { id: viewer.userId })
  advanceClock(749)
  expect(await shown(elsewhere, viewer.userId)).toBeNull()
})
