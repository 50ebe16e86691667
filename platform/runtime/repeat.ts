/** Runs a task now and then at an interval, never twice at a time. Disposing waits for the current run. */
export function repeat(intervalMs: number, work: () => Promise<void>): AsyncDisposable {
  let current: Promise<void> | undefined
  const begin = (): void => {
    current ??= work().finally(() => (current = undefined))
  }
  begin()
  const timer = setInterval(begin, intervalMs)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await current
    },
  }
}
