/** Knows how long a call would wait that comes in now. */
export interface WaitingTime {
  /** Whether it would wait for too long. */
  isTooLong(): boolean
  /** Takes a call in; to be called once more when it was answered or given up. */
  enter(): () => void
}

/** So few calls at a time are nobody's queue, however long each of them takes. */
const usualAtOnce = 64
const bucketMs = 250
const buckets = 4
/** How much the latest answer weighs in what answers take on average. */
const weight = 0.1

interface Bucket {
  readonly number: number
  answered: number
}

/**
 * Reckons how long a call would wait: by the calls that are under way, and by how many were answered in the last second
 * (Little's law). It has to show in what answers took, too, so that a burst after a silence is not taken for a queue, nor a
 * few slow calls for many.
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
        // A single one that took very long says little of the others.
        averageMs += weight * (Math.min(progressAt - enteredAt, 2 * longestMs) - averageMs)
      }
    },
  }
}
