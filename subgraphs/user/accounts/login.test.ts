import { readFile } from 'node:fs/promises'
import argon2 from 'argon2'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { logsIn, registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'
import { patience } from '../../../testing/waiting.ts'

let user: UserSubgraph
beforeAll(async () => {
  user = await startUserSubgraph({ loginFailures: 1_000 })
  await registers(user.subgraph, 'alice', '芝麻开门 sesame')
})
afterAll(() => user[Symbol.asyncDispose]())

const login = `mutation ($name: String!, $password: String!) {
  login(input: { name: $name, password: $password }) { accessToken user { id name } }
}`

function attempt(name: string, password: string) {
  return user.subgraph.execute({ query: login, variables: { name, password } }, anonymous)
}

it('opens a session of its own each time', async () => {
  const [first, second] = [
    await logsIn(user.subgraph, 'alice', '芝麻开门 sesame'),
    await logsIn(user.subgraph, 'alice', '芝麻开门 sesame'),
  ]

  expect(first.viewer.userId).toBe(second.viewer.userId)
  expect(first.viewer.sessionId).not.toBe(second.viewer.sessionId)
})

it('answers an unknown name and a wrong password alike', async () => {
  const [unknown, wrong] = [await attempt('nobody', 'password'), await attempt('alice', 'password')]

  expect(JSON.stringify(unknown)).toBe(JSON.stringify(wrong))
  expect(unknown.errors?.[0]).toMatchObject({
    message: 'Wrong name or password.',
    extensions: { code: 'UNAUTHENTICATED', messages: { zh: '用户名或密码错误。' } },
  })
})

it('does the same work for an unknown name as for a wrong password', async () => {
  const verify = vi.spyOn(argon2, 'verify')
  onTestFinished(() => verify.mockRestore())
  user.takeQueries()
  await attempt('nobody', 'password')
  const statements = user.takeQueries()
  await attempt('alice', 'password')

  expect(user.takeQueries()).toEqual(statements)
  // The cost parameters come before the salt.
  const costs = verify.mock.calls.map(([hash]) => hash.split('$').slice(0, 4).join('$'))
  expect(costs).toEqual(['$argon2id$v=19$m=19456,t=2,p=1', '$argon2id$v=19$m=19456,t=2,p=1'])
})

it('takes the password to the letter', async () => {
  for (const password of ['', '芝麻开门 Sesame', ' 芝麻开门 sesame', '芝麻开门 sesame\0', 'x'.repeat(10_000)]) {
    const refused = await refusal(user.subgraph, anonymous, login, { name: 'alice', password })
    expect(refused.code).toBe('UNAUTHENTICATED')
  }
})

it('refuses a name that nobody can have', async () => {
  for (const name of ['', 'al\0ice', 'a'.repeat(33)]) {
    const refused = await refusal(user.subgraph, anonymous, login, { name, password: 'password' })
    expect(refused.code).toBe('BAD_USER_INPUT')
  }
})

it('deletes the expired sessions of the person, and no others', async () => {
  const bob = await registers(user.subgraph, 'bob')
  const expired = await logsIn(user.subgraph, 'bob')
  const stranger = await registers(user.subgraph, 'stranger')
  await user.sql("update sessions set expires_at = now() - interval '1 second' where id = any($1)", [
    [expired.viewer.sessionId, stranger.viewer.sessionId],
  ])

  const current = await logsIn(user.subgraph, 'bob')

  const cache = await user.sql('select id from sessions where user_id = any($1)', [
    [bob.viewer.userId, stranger.viewer.userId],
  ])
  expect(cache.map(({ id }) => id).sort()).toEqual(
    [bob.viewer.sessionId, current.viewer.sessionId, stranger.viewer.sessionId].sort(),
  )
})

it('opens no session when the password changes after it was compared', async () => {
  await registers(user.subgraph, 'victim', 'stolen password')
  await user.sql('begin')
  await user.sql("update accounts set password_hash = 'another' where name = 'victim'")
  const attempted = attempt('victim', 'stolen password')
  await vi.waitFor(async () => {
    const [{ waiting } = {}] = await user.sql(
      'select count(*)::int as waiting from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))',
    )
    expect(waiting).toBe(1)
  }, patience)

  await user.sql('commit')

  const { errors } = await attempted
  expect(errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED')
})

it('answers others, and reads files, while fifty people log in at once', async () => {
  let finished = 0
  const logins = Array.from({ length: 50 }, async () => {
    await logsIn(user.subgraph, 'alice', '芝麻开门 sesame')
    finished++
  })

  const { userByName } = await ask<{ userByName: { name: string } }>(
    user.subgraph,
    anonymous,
    '{ userByName(name: "alice") { name } }',
  )
  await readFile(new URL(import.meta.url))
  const finishedMeanwhile = finished
  await Promise.all(logins)

  expect(userByName.name).toBe('alice')
  expect(finishedMeanwhile).toBeLessThan(10)
  expect(finished).toBe(50)
})
