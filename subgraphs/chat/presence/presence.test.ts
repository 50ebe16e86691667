import { afterAll, beforeAll, expect, it } from 'vitest'
import { anonymous, ask, refusal } from '../../../testing/callers.ts'
import { say, startTestChat, type Person, type TestChat } from '../../../testing/chat.ts'
import type { Broadcast } from '../../../platform/redis/broadcast.ts'

let chat: TestChat
const published: [string, unknown][] = []
const broadcast: Broadcast = {
  isConnected: true,
  publish: (topic, value) => void published.push([topic, value]),
  listen: () => undefined,
  onGap: () => undefined,
  [Symbol.dispose]: () => undefined,
}
beforeAll(async () => {
  chat = await startTestChat({ broadcast })
})
afterAll(() => chat[Symbol.asyncDispose]())

const typing = 'mutation ($to: ID!) { sendTyping(input: { toUserId: $to }) { conversation { participant { id } } } }'

const types = (from: Person, to: Person) => ask(chat.subgraph, from.caller, typing, { to: to.id })
const refused = async (from: Person, to: string) => (await refusal(chat.subgraph, from.caller, typing, { to })).code
const announced = () => published.splice(0).flatMap(([topic, value]) => (topic === 'typing' ? [value] : []))

async function talk(): Promise<[Person, Person]> {
  const [alice, bob] = [await chat.person(), await chat.person()]
  await say(chat.subgraph, alice, bob, 'hello')
  announced()
  return [alice, bob]
}

const keepsAway = (owner: Person, other: Person, kind: 'BLOCK' | 'MUTE') =>
  chat.sql.query('insert into social.boundaries values ($1, $2, $3, 1)', [owner.id, other.id, kind])

it('tells that a user is typing, once in three seconds, in either direction of a conversation', async () => {
  const [alice, bob] = await talk()
  expect(await types(bob, alice)).toEqual({ sendTyping: { conversation: { participant: { id: alice.id } } } })
  for (let count = 0; count < 5; count++) await types(bob, alice)
  await types(alice, bob)
  expect(announced()).toEqual([
    { userId: bob.id, toUserId: alice.id },
    { userId: alice.id, toUserId: bob.id },
  ])
  await expect
    .poll(
      async () => {
        await types(bob, alice)
        return announced().length
      },
      { timeout: 10_000, interval: 200 },
    )
    .toBe(1)
})

it('refuses strangers, blocked users, oneself and anonymous callers, and does not tell who has muted the user', async () => {
  const [alice, bob] = await talk()
  const stranger = await chat.person()
  expect(await refused(stranger, alice.id)).toBe('NOT_FOUND')
  expect(await refused(alice, alice.id)).toBe('BAD_USER_INPUT')
  expect((await refusal(chat.subgraph, anonymous, typing, { to: alice.id })).code).toBe('UNAUTHENTICATED')
  await keepsAway(alice, bob, 'MUTE')
  await types(bob, alice)
  expect(announced()).toEqual([])
  const [carol, dan] = await talk()
  await keepsAway(carol, dan, 'BLOCK')
  expect([await refused(carol, dan.id), await refused(dan, carol.id)]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
  expect(announced()).toEqual([])
})
