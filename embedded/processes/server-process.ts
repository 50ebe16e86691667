import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { stopProcess, type StopStep } from './stop.ts'
import { endWithThisProcess } from '../../platform/runtime/watchdog.ts'

/** A running child process that serves others. Disposing stops it and waits until it has ended. */
export interface ServerProcess extends AsyncDisposable {
  readonly child: ChildProcess
  hasEnded(): boolean
  /** Resolves, with the signal or exit code in words, when the process ends without having been disposed. */
  readonly died: Promise<string>
}

/**
 * Starts a server that ends when this process does, even if this one is killed.
 *
 * @param shutdown how to stop it; its first signal is also sent when this process disappears
 */
export async function startServerProcess(
  program: string,
  programArguments: readonly string[],
  options: SpawnOptions,
  shutdown: readonly [StopStep, ...StopStep[]],
): Promise<ServerProcess> {
  // A process group of its own: Ctrl-C in the terminal must not stop it before its clients have finished.
  const child = spawn(program, programArguments, { ...options, detached: true })
  await once(child, 'spawn')
  // For example when a signal could not be sent; the sender checks whether the process has ended.
  child.on('error', () => undefined)
  for (const stream of child.stdio) stream?.on('error', () => undefined)
  const pid = child.pid as number
  const watchdog = endWithThisProcess(pid, shutdown[0][0])
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  let stopping: Promise<void> | undefined
  const died = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      watchdog[Symbol.dispose]()
      if (!stopping) resolve(signal ?? `exit code ${code ?? 0}`)
    })
  })
  return {
    child,
    hasEnded,
    died,
    [Symbol.asyncDispose]() {
      stopping ??= hasEnded() ? Promise.resolve() : stopProcess(pid, shutdown)
      return stopping
    },
  }
}
