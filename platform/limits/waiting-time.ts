/** An estimate of how long a new call would wait. */
export interface WaitingTime {
  /** Whether a new call would wait for too long. */
  isTooLong(): boolean
  /** Counts a call in; the returned function counts it out, when it was answered or aborted. */
  enter(): () => void
}

/** Fewer concurrent calls than this are not a queue, however long each takes. */
const usualAtOnce = 64
const bucketMs = 250
const buckets = 4
/** The weight of the latest answer in the moving average of durations. */
const weight = 0.1

interface Bucket {
  readonly number: number
  answered: number
}

/**
 * Estimates the waiting time from the number of calls in flight and the number answered in the last second (Little's law). The
 * measured durations must agree with it, so that neither a burst after silence nor a few slow calls look like a queue.
 */
export function watchWaitingTime(longestMs: number, now: () => number = () => performance.now()): WaitingTime {
  let history: Bucket[] = []
  let underWay = 0
  let progressAt = now()
  let averageMs = 0

  function current(): Bucket {
    const number = Math.floor(now() / bucketMs)
    let newest = history.at(-1)
    if (newest?.number !== number) {
      newest = { number, answered: 0 }
      history = [...history.filter((bucket) => bucket.number > number - buckets), newest]
    }
    return newest
  }

  return {
    isTooLong() {
      if (underWay < usualAtOnce) return false
      if (now() - progressAt > longestMs) return true
      const { number } = current()
      const oldest = history[0]?.number ?? number
      const seconds = (now() - oldest * bucketMs) / 1_000
      const answered = history.reduce((sum, bucket) => sum + bucket.answered, 0)
      return averageMs > longestMs / 2 && (underWay / answered) * seconds * 1_000 > longestMs
    },
    enter() {
      const enteredAt = now()
      if (underWay++ === 0) progressAt = enteredAt
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        underWay--
        progressAt = now()
        current().answered++
        // Limits the influence of a single very slow call.
        averageMs += weight * (Math.min(progressAt - enteredAt, 2 * longestMs) - averageMs)
      }
    },
  }
}
