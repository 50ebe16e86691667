import pg from 'pg'
import { expect, it } from 'vitest'
import { createGroupCommit } from './group-commit.ts'
import { randomOfRun } from '../../testing/random.ts'

function databaseError(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(`SQLSTATE ${code}`, 0, 'error'), { code })
}
const deadlock = '40P01'
const outOfRange = '22003'
const connectionFailure = '08006'

/** A commit that waits until it is released. */
function heldCommit() {
  const groups: string[][] = []
  const held: (() => void)[] = []
  return {
    groups,
    commit: (writes: readonly string[]) =>
      new Promise<string[]>((resolve) => {
        groups.push([...writes])
        held.push(() => resolve(writes.map((write) => `${write} written`)))
      }),
    letGo: () => held.shift()?.(),
  }
}

/** Lets all promises settle that can. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

it('writes together what arrives during a commit, and answers after it', async () => {
  const { groups, commit, letGo } = heldCommit()
  await using writes = createGroupCommit('test', commit)
  const answers: string[] = []
  const submit = (write: string) => writes.submit(write).then((answer) => answers.push(answer))

  const first = submit('a')
  await turn()
  const others = [submit('b'), submit('c')]
  await turn()
  expect(groups).toEqual([['a']])
  expect(answers).toEqual([])

  letGo()
  await first
  await turn()
  expect(groups).toEqual([['a'], ['b', 'c']])
  expect(answers).toEqual(['a written'])

  letGo()
  await Promise.all(others)
  expect(answers).toEqual(['a written', 'b written', 'c written'])
})

it('writes together what arrives in one turn', async () => {
  const groups: (readonly string[])[] = []
  await using writes = createGroupCommit<string, string>('test', async (group) => {
    groups.push(group)
    return Promise.resolve(group)
  })
  await Promise.all(['a', 'b', 'c'].map((write) => writes.submit(write)))
  expect(groups).toEqual([['a', 'b', 'c']])
})

it('caps the size of a group', async () => {
  const sizes: number[] = []
  await using writes = createGroupCommit<number, number>(
    'test',
    (group) => {
      sizes.push(group.length)
      return Promise.resolve(group)
    },
    10,
  )
  const numbers = Array.from({ length: 25 }, (_, index) => index)
  expect(await Promise.all(numbers.map((number) => writes.submit(number)))).toEqual(numbers)
  expect(sizes).toEqual([10, 10, 5])
})

it('tells an error to the one write that it concerns', async () => {
  const full = new Error('full')
  await using writes = createGroupCommit<string, string>('test', (group) =>
    Promise.resolve(group.map((write) => (write === 'b' ? full : write))),
  )
  const answers = await Promise.allSettled(['a', 'b', 'c'].map((write) => writes.submit(write)))
  expect(answers).toEqual([
    { status: 'fulfilled', value: 'a' },
    { status: 'rejected', reason: full },
    { status: 'fulfilled', value: 'c' },
  ])
})

it('tries a group again that met a deadlock', async () => {
  let attempts = 0
  await using writes = createGroupCommit<string, string>('test', (group) => {
    attempts += 1
    return attempts < 3 ? Promise.reject(databaseError(deadlock)) : Promise.resolve(group)
  })
  expect(await Promise.all([writes.submit('a'), writes.submit('b')])).toEqual(['a', 'b'])
  expect(attempts).toBe(3)
})

it('gives up on a group that meets nothing but deadlocks, and goes on with the next', async () => {
  let attempts = 0
  await using writes = createGroupCommit<string, string>('test', (group) => {
    attempts += 1
    return group[0] === 'doomed' ? Promise.reject(databaseError(deadlock)) : Promise.resolve(group)
  })
  await expect(writes.submit('doomed')).rejects.toThrow(deadlock)
  expect(attempts).toBe(5)
  expect(await writes.submit('next')).toBe('next')
})

it('keeps a bad write from harming its neighbours', async () => {
  const written: number[] = []
  await using writes = createGroupCommit<number, number>('test', (group) => {
    if (group.includes(13)) return Promise.reject(databaseError(outOfRange))
    written.push(...group)
    return Promise.resolve(group)
  })
  const numbers = Array.from({ length: 32 }, (_, index) => index)
  const answers = await Promise.allSettled(numbers.map((number) => writes.submit(number)))
  const refused = answers.flatMap((answer, index) => (answer.status === 'rejected' ? [index] : []))
  expect(refused).toEqual([13])
  expect(written).toEqual(numbers.filter((number) => number !== 13))
})

it('refuses a group of which nobody knows whether it was written, and tries it no second time', async () => {
  let attempts = 0
  await using writes = createGroupCommit<string, string>('test', () => {
    attempts += 1
    return Promise.reject(databaseError(connectionFailure))
  })
  const answers = await Promise.allSettled([writes.submit('a'), writes.submit('b')])
  expect(answers.map((answer) => answer.status)).toEqual(['rejected', 'rejected'])
  expect(attempts).toBe(1)
})

it('writes what it acknowledges exactly once, and nothing that it refuses', async () => {
  const random = randomOfRun()
  const written: number[] = []
  await using writes = createGroupCommit<number, number>(
    'test',
    async (group) => {
      await turn()
      if (random.chance(0.3)) throw databaseError(deadlock)
      if (group.some((write) => write % 17 === 0)) throw databaseError(outOfRange)
      return group.map((write) => {
        if (write % 5 === 0) return new Error('refused')
        written.push(write)
        return write
      })
    },
    20,
  )
  const acknowledged: number[] = []
  const clients = Array.from({ length: 30 }, async (_, client) => {
    for (let index = 0; index < 20; index++) {
      const write = client * 20 + index
      await writes.submit(write).then(
        (answer) => acknowledged.push(answer),
        () => undefined,
      )
    }
  })
  await Promise.all(clients)

  expect(acknowledged.length).toBeGreaterThan(300)
  expect(written.sort((a, b) => a - b)).toEqual(acknowledged.sort((a, b) => a - b))
  expect(new Set(written).size).toBe(written.length)
})

it('answers what it took on before it is disposed of, and takes nothing after', async () => {
  const { groups, commit, letGo } = heldCommit()
  const writes = createGroupCommit('test', commit)
  const first = writes.submit('a')
  await turn()
  const second = writes.submit('b')
  let disposed = false
  const disposal = writes[Symbol.asyncDispose]().then(() => (disposed = true))

  await expect(writes.submit('c')).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } })
  letGo()
  expect(await first).toBe('a written')
  await turn()
  expect(disposed).toBe(false)
  letGo()
  expect(await second).toBe('b written')
  await disposal
  expect(groups).toEqual([['a'], ['b']])
})
