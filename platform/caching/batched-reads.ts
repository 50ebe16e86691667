import DataLoader from 'dataloader'

/** Answers one question. */
export type Ask<Question, Answer> = (question: Question) => Promise<Answer>

/**
 * Batches the reads of all requests of this process: questions that arrive while a read is running are answered together by the
 * next one, so that more questions make fewer and larger reads. When nothing is running, a question waits for this turn of the
 * event loop at most. No question is answered by a read that began before it.
 *
 * @param answerAll answers questions in their order; when it rejects, none of them is answered.
 * @param max how many questions one read takes; more are answered by several reads at once.
 */
export function batchReads<Question, Answer>(
  answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  max = 100,
): Ask<Question, Answer> {
  let running: Promise<unknown> = Promise.resolve()

  const loader = new DataLoader<Question, Answer>(
    (questions) => {
      const answers = answerAll(questions)
      running = Promise.allSettled([running, answers])
      return answers
    },
    {
      cache: false,
      maxBatchSize: max,
      // Other requests of this turn of the event loop may ask the same.
      batchScheduleFn: (read) => void running.then(() => setImmediate(read)),
    },
  )
  return (question) => loader.load(question)
}

/** Reads values by key; keys without a value are missing in the answer. */
export type ReadMany<Value> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>

/** Batches a read by key over all requests. An answer holds what others asked for, too. */
export function shareReads<Value>(read: ReadMany<Value>): ReadMany<Value> {
  return batchReads(async (lists: readonly (readonly string[])[]) => {
    const found = await read([...new Set(lists.flat())])
    return lists.map(() => found)
  })
}
