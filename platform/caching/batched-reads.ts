import DataLoader from 'dataloader'

/** Answers one request. */
export type Ask<Question, Answer> = (question: Question) => Promise<Answer>

/**
 * Batches the reads of all requests of this process: questions that arrive during a read are answered together by the next one,
 * so the busier the process, the fewer and larger its reads. When no read is in progress, a question waits for at most this
 * turn of the event loop. No question is answered by a read that began before it.
 *
 * @param answerAll answers questions in their order; when it rejects, none of them is answered.
 * @param max maximum batch size; more questions are answered by several concurrent reads.
 */
export function batchReads<Question, Answer>(
  answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  max = 100,
): Ask<Question, Answer> {
  let running: Promise<void> = Promise.resolve()

  const loader = new DataLoader<Question, Answer>(
    (questions) => {
      const answers = answerAll(questions)
      // Resolves with nothing: with the answers it would retain those of all earlier reads.
      running = Promise.allSettled([running, answers]).then(() => undefined)
      return answers
    },
    {
      cache: false,
      maxBatchSize: max,
      // Other requests of the same turn of the event loop join the batch.
      batchScheduleFn: (read) => void running.then(() => setImmediate(read)),
    },
  )
  return (question) => loader.load(question)
}

/** Reads values by key; missing values are absent from the answer. */
export type ReadMany<Value> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>

/** Batches a read by key over all requests. The answer may contain keys of other requests. */
export function shareReads<Value>(read: ReadMany<Value>): ReadMany<Value> {
  return batchReads(async (lists: readonly (readonly string[])[]) => {
    const found = await read([...new Set(lists.flat())])
    return lists.map(() => found)
  })
}
