import { setImmediate as nextTurn } from 'node:timers/promises'

/** Answers one question. */
export type Ask<Question, Answer> = (question: Question) => Promise<Answer>

/**
 * Lets the requests of one process share reads: what is asked while a read is under way is answered by the next one,
 * all of it together, so that there are fewer and larger reads the more is asked. When nothing is under way, nothing waits
 * for longer than this turn of the event loop, and nobody is answered by a read that began before he asked.
 *
 * @param answerAll answers questions in their order; when it throws, none of them is answered.
 * @param most how many questions it takes; more are answered by several reads at once.
 */
export function batchReads<Question, Answer>(
  answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  most = 100,
): Ask<Question, Answer> {
  let next: { readonly questions: Question[]; readonly answers: Promise<readonly Answer[]> } | null = null
  let running: Promise<unknown> = Promise.resolve()

  async function start(questions: readonly Question[]): Promise<readonly Answer[]> {
    await running
    // Whatever else came in with this turn of the event loop may ask the same.
    await nextTurn()
    next = null
    if (questions.length <= most) return answerAll(questions)
    const parts = Array.from({ length: Math.ceil(questions.length / most) }, (_, index) =>
      answerAll(questions.slice(index * most, (index + 1) * most)),
    )
    return (await Promise.all(parts)).flat()
  }

  return async (question) => {
    if (!next) {
      const questions: Question[] = []
      next = { questions, answers: start(questions) }
      running = next.answers.catch(() => undefined)
    }
    const { questions, answers } = next
    const place = questions.push(question) - 1
    return (await answers)[place] as Answer
  }
}

/** Reads values by key; what there is not is missing in the answer. */
export type ReadMany<Value> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>

/** Lets requests share a read by key. An answer holds what others asked for, too. */
export function shareReads<Value>(read: ReadMany<Value>): ReadMany<Value> {
  return batchReads(async (lists: readonly (readonly string[])[]) => {
    const found = await read([...new Set(lists.flat())])
    return lists.map(() => found)
  })
}
