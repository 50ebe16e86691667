import type { ExecutionResult } from 'graphql'
import { GraphQLError } from 'graphql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../platform/auth/caller.ts'
import { anonymous, signedIn } from '../../testing/callers.ts'
import { cacheAnonymousAnswers } from './anonymous-answers.ts'
import type { Operations } from './operations.ts'
import type { PreparedOperation } from './prepared-operation.ts'
import { advanceClock, releaseClock, stopClock } from '../../testing/clock.ts'

beforeEach(stopClock)
afterEach(releaseClock)

function prepared(text: string, kind: 'query' | 'mutation' = 'query', answersSecrets = false): PreparedOperation {
  return { text, name: undefined, kind, answersSecrets, hash: () => text } as PreparedOperation
}
const feed = prepared('feed')
const like = prepared('like', 'mutation')

/** Operations that answer with the number of executions and the caller. */
function counted(answer = (count: number): ExecutionResult => ({ data: { count } })) {
  let count = 0
  const callers: Caller[] = []
  const operations: Operations = {
    errorsOf: () => null,
    prepare: () => feed,
    answer: (_operation, _variables, caller) => {
      callers.push(caller)
      return Promise.resolve(answer(++count))
    },
  }
  const { answer: answered } = cacheAnonymousAnswers(operations)
  return {
    ask: (operation = feed, variables = {}, caller: Caller = anonymous, author: 'system' | 'client' = 'system') =>
      answered(operation, variables, caller, author),
    executed: () => callers.splice(0).length,
  }
}

describe('an anonymous answer to an operation of our own', () => {
  it('is executed once, however many ask for it at the same time', async () => {
    const { ask, executed } = counted()
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => ask()))
    expect(new Set(answers).size).toBe(1)
    expect(executed()).toBe(1)
  })

  it('is given to others for a tenth of a second, frozen', async () => {
    const { ask } = counted()
    const first = await ask()
    advanceClock(99)
    expect(await ask()).toBe(first)
    expect(Object.isFrozen(first.data)).toBe(true)
    advanceClock(1)
    expect(await ask()).toEqual({ data: { count: 2 } })
  })

  it('is one of its variables, its public address and its language', async () => {
    const { ask, executed } = counted()
    for (const _ of ['first', 'second']) {
      await ask(feed, { before: 1 })
      await ask(feed, { before: 2 })
      await ask(prepared('user'), { before: 1 })
      await ask(feed, { before: 1 }, { ...anonymous, origin: 'http://elsewhere.test' })
      await ask(feed, { before: 1 }, { ...anonymous, language: anonymous.language === 'en' ? 'zh' : 'en' })
      await ask(feed, { before: 1 }, { ...anonymous, clientAddress: '203.0.113.9', userAgent: 'another' })
    }
    expect(executed()).toBe(5)
  })

  it('is forgotten when anything was committed, also while it is read', async () => {
    const { ask, executed } = counted()
    await ask()
    await ask(like, {}, signedIn('7'), 'client')
    executed()
    expect(await ask()).toEqual({ data: { count: 3 } })

    let end = (): void => undefined
    const slow: Operations = {
      errorsOf: () => null,
      prepare: () => feed,
      answer: ({ kind }) =>
        kind === 'mutation'
          ? Promise.resolve({ data: {} })
          : new Promise((resolve) => (end = () => resolve({ data: { from: 'before' } }))),
    }
    const { answer } = cacheAnonymousAnswers(slow)
    const before = answer(feed, {}, anonymous, 'system')
    const endBefore = end
    await answer(like, {}, signedIn('7'), 'system')
    advanceClock(1)
    const after = answer(feed, {}, anonymous, 'system')
    expect(end).not.toBe(endBefore)
    endBefore()
    end()
    expect(await before).not.toBe(await after)
    expect(await answer(feed, {}, anonymous, 'system')).toBe(await after)
  })

  it('is forgotten after a mutation that failed, too, for a part of it may have happened', async () => {
    const { ask } = counted((count) => (count === 2 ? { errors: [new GraphQLError('late')] } : { data: { count } }))
    await ask()
    await ask(like)
    expect(await ask()).toEqual({ data: { count: 3 } })
  })

  it('is given to nobody else when something went wrong', async () => {
    const { ask, executed } = counted((count) => ({ data: { count }, errors: [new GraphQLError('too often')] }))
    await Promise.all([ask(), ask(), ask()])
    await ask()
    expect(executed()).toBe(4)
  })

  it('is not kept when it is too large', async () => {
    const text = 'x'.repeat(20 * 1024 * 1024)
    const { ask, executed } = counted(() => ({ data: { text } }))
    await ask()
    await ask()
    expect(executed()).toBe(2)
  })
})

describe('every other answer is its caller’s own', () => {
  const own: Readonly<Record<string, Parameters<ReturnType<typeof counted>['ask']>>> = {
    'of a viewer': [feed, {}, signedIn('7')],
    'of a client’s operation': [feed, {}, anonymous, 'client'],
    'of a caller with an invalid token': [feed, {}, { ...anonymous, hasInvalidToken: true }],
    'that may hold a secret': [prepared('upload', 'query', true)],
    'of a mutation': [like],
  }
  it.each(Object.entries(own))('%s', async (_, question) => {
    const { ask, executed } = counted()
    await Promise.all([ask(...question), ask(...question)])
    await ask(...question)
    expect(executed()).toBe(3)
  })
})
