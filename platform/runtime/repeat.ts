/** Does something now and at an interval, never twice at a time. Disposing waits for what is under way. */
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
