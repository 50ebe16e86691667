import { setTimeout as delay } from 'node:timers/promises'

const INTERVAL = 5

/** Asks every 5 ms whether a condition holds. False when it did not come true within `patience` milliseconds. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, patience: number): Promise<boolean> {
  const deadline = performance.now() + patience
  while (!(await condition())) {
    if (performance.now() > deadline) return false
    await delay(INTERVAL)
  }
  return true
}
