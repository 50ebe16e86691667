import { setTimeout as delay } from 'node:timers/promises'

const intervalMs = 5

/** Checks every 5 ms whether a condition holds. False when it did not become true within the given milliseconds. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) return false
    await delay(intervalMs)
  }
  return true
}
