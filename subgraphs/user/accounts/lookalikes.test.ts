import { afterAll, beforeAll, expect, it } from 'vitest'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'

const registration =
  'mutation ($name: String!) { register(input: { name: $name, password: "password" }) { user { name } } }'
const login = 'mutation ($name: String!) { login(input: { name: $name, password: "password" }) { user { name } } }'

let user: UserSubgraph
beforeAll(async () => {
  user = await startUserSubgraph()
})
afterAll(() => user[Symbol.asyncDispose]())

it('a name that looks like one that somebody has is taken', async () => {
  await registers(user.subgraph, 'Star')
  for (const name of [
    'star',
    'Ｓtar',
    ' Star ',
    'St\u200bar',
    'St\u0430r',
    '\tStar',
    'Star\n',
    '5tar'.replace('5', '\u{1d54a}'),
  ]) {
    expect([name, await refusal(user.subgraph, anonymous, registration, { name })]).toEqual([
      name,
      { code: 'ALREADY_EXISTS', message: 'This name is already taken.' },
    ])
  }
})

it('of lookalikes that come together one has the name', async () => {
  const names = ['Moon', 'moon', 'MOON', 'M\u043eon', 'Mo\u200don', ' Moon']
  const answers = await Promise.all(
    names.map((name) => user.subgraph.execute({ query: registration, variables: { name } }, anonymous)),
  )
  const codes = answers.map(({ errors }) => errors?.[0]?.extensions['code'])
  expect(codes.filter((code) => code === undefined)).toHaveLength(1)
  expect(codes.filter((code) => code === 'ALREADY_EXISTS')).toHaveLength(names.length - 1)
})

it('a name is kept as it was written, and signs in so', async () => {
  await registers(user.subgraph, 'Ｗide Ångström')
  expect(await ask(user.subgraph, anonymous, login, { name: 'Ｗide Ångström' })).toEqual({
    login: { user: { name: 'Ｗide Ångström' } },
  })
  expect(await refusal(user.subgraph, anonymous, login, { name: 'wide ångström' })).toMatchObject({
    code: 'UNAUTHENTICATED',
  })
})

it.each(['\u200b\u3164', '\t \n', 'rat\u202eS', '\u2067abc'])('nobody can be called %j', async (name) => {
  expect(await refusal(user.subgraph, anonymous, registration, { name })).toMatchObject({ code: 'BAD_USER_INPUT' })
})

it('accounts from before keep their names, and nobody new gets one that looks the same', async () => {
  await registers(user.subgraph, 'venus')
  const [{ password_hash: passwordHash } = {}] = await user.sql(
    "select password_hash from accounts where name = 'venus'",
  )
  const names = ['Comet', 'c\u043emet', 'COMET ']
  for (const [index, name] of names.entries()) {
    await user.sql('insert into accounts (id, name, password_hash) values ($1, $2, $3)', [
      7 + index,
      name,
      passwordHash,
    ])
  }
  await user.sql('delete from name_claims')
  await user.sql('delete from name_folding')

  const [first, second] = await Promise.all(
    [1, 2].map(() => startUserSubgraph({ database: { url: user.databaseUrl } })),
  )
  try {
    for (const name of names) {
      expect(await ask(user.subgraph, anonymous, login, { name })).toEqual({ login: { user: { name } } })
    }
    for (const name of ['comet', 'Ｃomet', 'VENUS']) {
      expect(await refusal(user.subgraph, anonymous, registration, { name })).toMatchObject({ code: 'ALREADY_EXISTS' })
    }
    expect(await user.sql("select account_id from name_claims where folded_name = 'cornet'")).toEqual([
      { account_id: '7' },
    ])
  } finally {
    await first?.[Symbol.asyncDispose]()
    await second?.[Symbol.asyncDispose]()
  }
})
