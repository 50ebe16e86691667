import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Caller } from '../../../platform/auth/caller.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'

let user: UserSubgraph
let alice: Caller & { readonly viewer: { readonly userId: string } }
beforeAll(async () => {
  user = await startUserSubgraph()
  alice = await registers(user.subgraph, 'alice')
})
afterAll(() => user[Symbol.asyncDispose]())

const byId = 'query ($id: ID!) { user(id: $id) { id name } }'
const byName = 'query ($name: String!) { userByName(name: $name) { id name } }'
const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on User { id name avatar backgroundImage signature createdAt } }
}`

it('finds a person by id and by name', async () => {
  const { userId } = alice.viewer
  const person = { id: userId, name: 'alice' }

  expect(await ask(user.subgraph, anonymous, byId, { id: userId })).toEqual({ user: person })
  expect(await ask(user.subgraph, anonymous, byName, { name: 'alice' })).toEqual({ userByName: person })
})

it('answers null for people who do not exist', async () => {
  expect(await ask(user.subgraph, anonymous, byId, { id: '999' })).toEqual({ user: null })
  expect(await ask(user.subgraph, anonymous, byName, { name: 'Alice' })).toEqual({ userByName: null })
})

it('refuses what cannot be an id or a name', async () => {
  for (const id of ['', 'alice', '-1', '1.5', '9007199254740992', '01']) {
    expect(await refusal(user.subgraph, anonymous, byId, { id })).toMatchObject({ code: 'BAD_USER_INPUT' })
  }
  expect(await refusal(user.subgraph, anonymous, byName, { name: 'al\0ice' })).toMatchObject({ code: 'BAD_USER_INPUT' })
})

it('knows the viewer by his token, and nobody without one or after the account is gone', async () => {
  const viewer = '{ viewer { name } }'

  expect(await ask(user.subgraph, alice, viewer)).toEqual({ viewer: { name: 'alice' } })
  expect(await ask(user.subgraph, anonymous, viewer)).toEqual({ viewer: null })
  expect(await ask(user.subgraph, signedIn('999'), viewer)).toEqual({ viewer: null })
})

it('reads thirty people, named by other subgraphs, with one statement', async () => {
  await user.sql(`insert into accounts (id, name, password_hash) select n, 'p' || n, '' from generate_series(1, 30) n`)
  await user.sql(`insert into profiles (user_id, signature) select n, 'I am ' || n from generate_series(1, 15) n`)
  const representations = Array.from({ length: 30 }, (_, index) => ({ __typename: 'User', id: String(30 - index) }))
  user.takeQueries()

  const data = await ask<{ _entities: { id: string; name: string; signature: string }[] }>(
    user.subgraph,
    anonymous,
    entities,
    { representations: [...representations, ...representations] },
  )

  expect(user.takeQueries()).toHaveLength(1)
  expect(data._entities.map(({ id }) => id)).toEqual([...representations, ...representations].map(({ id }) => id))
  expect(data._entities[29]).toMatchObject({ id: '1', name: 'p1', signature: 'I am 1' })
})

it('answers null for a reference to nobody, and the others all the same', async () => {
  const representations = ['999', 'nonsense', alice.viewer.userId].map((id) => ({ __typename: 'User', id }))

  const data = await ask<{ _entities: ({ name: string } | null)[] }>(user.subgraph, anonymous, entities, {
    representations,
  })

  expect(data._entities.map((person) => person?.name)).toEqual([undefined, undefined, 'alice'])
})
