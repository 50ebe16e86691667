import { isRunning } from './identity.ts'
import { waitUntil } from './wait-until.ts'

/** A signal, and how long to wait for the process to end, in milliseconds. */
export type StopStep = readonly [signal: NodeJS.Signals, timeoutMs: number]

/** Sends the signals one after the other until the process has ended. Rejects when the last one did not end it. */
export async function stopProcess(pid: number, steps: readonly StopStep[]): Promise<void> {
  for (const [signal, timeoutMs] of steps) {
    sendSignal(pid, signal)
    if (await waitUntil(() => !isRunning(pid), timeoutMs)) return
  }
  throw new Error(`Process ${pid} does not end.`)
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
