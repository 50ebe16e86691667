import { afterAll, beforeAll, expect, it } from 'vitest'
import { anonymous, refusal } from '../../../testing/callers.ts'
import { registers, startUserSubgraph, type UserSubgraph } from '../../../testing/user-subgraph.ts'

const registration =
  'mutation ($name: String!) { register(input: { name: $name, password: "password" }) { accessToken } }'

/** So that this process counts in memory and at once, even on a busy machine. */
const away = 'redis://127.0.0.1:1'

let user: UserSubgraph
beforeAll(async () => {
  user = await startUserSubgraph({ registrationsPerHour: 2, redisUrl: away })
})
afterAll(() => user[Symbol.asyncDispose]())

it('are limited for an address, in words, and not for another one', async () => {
  await registers(user.subgraph, 'alice')
  await registers(user.subgraph, 'bob')

  const { code, message } = await refusal(user.subgraph, anonymous, registration, { name: 'carol' })
  expect(code).toBe('RATE_LIMITED')
  expect(message).toMatch(/^Too many accounts were created from your network\. Please try again in (60|59) min\.$/)
  expect(await user.sql('select name from accounts order by name')).toEqual([{ name: 'alice' }, { name: 'bob' }])

  const elsewhere = { ...anonymous, clientAddress: '203.0.113.5' }
  const { errors } = await user.subgraph.execute({ query: registration, variables: { name: 'carol' } }, elsewhere)
  expect(errors).toBeUndefined()
})

it('do not count what is refused for its form', async () => {
  const elsewhere = { ...anonymous, clientAddress: '203.0.113.9' }
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(await refusal(user.subgraph, elsewhere, registration, { name: '' })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
  }
})
