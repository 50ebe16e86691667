import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { batchReads } from './batched-reads.ts'

/** Reads that complete when the test says so. */
function slowReads() {
  const reads: { readonly questions: readonly string[]; end(error?: Error): void }[] = []
  const answerAll = (questions: readonly string[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      const end = (error?: Error): void =>
        error ? reject(error) : resolve(questions.map((question) => `answer to ${question}`))
      reads.push({ questions, end })
    })
  return { reads, answerAll }
}

/** Resolves when everything has happened that does not depend on an answer. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn()
}

it('reads at once what is asked in one turn, and together what is asked meanwhile', async () => {
  const { reads, answerAll } = slowReads()
  const ask = batchReads(answerAll)
  const first = [ask('a'), ask('b')]
  await settled()
  const second = [ask('c'), ask('a')]
  await settled()
  expect(reads.map(({ questions }) => questions)).toEqual([['a', 'b']])
  reads[0]?.end()
  expect(await Promise.all(first)).toEqual(['answer to a', 'answer to b'])
  await settled()
  expect(reads[1]?.questions).toEqual(['c', 'a'])
  reads[1]?.end()
  expect(await Promise.all(second)).toEqual(['answer to c', 'answer to a'])
})

it('goes on after a read that failed, which fails those alone who asked for it', async () => {
  const { reads, answerAll } = slowReads()
  const ask = batchReads(answerAll)
  const failing = ask('a')
  await settled()
  const going = ask('b')
  reads[0]?.end(new Error('away'))
  await expect(failing).rejects.toThrow('away')
  await settled()
  reads[1]?.end()
  expect(await going).toBe('answer to b')
})

it('answers more questions than one read takes by several at once', async () => {
  const { reads, answerAll } = slowReads()
  const ask = batchReads(answerAll, 2)
  const all = ['a', 'b', 'c'].map((question) => ask(question))
  await settled()
  expect(reads.map(({ questions }) => questions)).toEqual([['a', 'b'], ['c']])
  for (const each of reads) each.end()
  expect(await Promise.all(all)).toEqual(['answer to a', 'answer to b', 'answer to c'])
})

it('retains no answers of earlier reads', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const ask = batchReads((questions: readonly number[]) => Promise.resolve(questions.map((number) => ({ number }))))
  const answers: WeakRef<object>[] = []
  for (let number = 0; number < 10; number++) answers.push(new WeakRef(await ask(number)))
  await settled()
  collectGarbage()
  // The last one may still be on the stack.
  expect(answers.slice(0, -1).filter((answer) => answer.deref() !== undefined)).toEqual([])
})
