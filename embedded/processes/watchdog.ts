import { spawn } from 'node:child_process'
import { Socket } from 'node:net'

/**
 * Signals a process when this one ends in any way. A small shell waits on a pipe that only this process holds open, which the
 * kernel closes even after `kill -9`. Where there is no POSIX shell, the next start has to clean up.
 *
 * @returns ends the watch without a signal when disposed
 */
export function endWithThisProcess(pid: number, signal: NodeJS.Signals): Disposable {
  if (process.platform === 'win32') return { [Symbol.dispose]: () => undefined }
  const watch = 'read -r _ || kill -s "$1" "$2"'
  const shell = spawn('/bin/sh', ['-c', watch, 'watchdog', signal.slice('SIG'.length), String(pid)], {
    // A process group of its own: Ctrl-C in the terminal must not end the watchdog.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // When the shell cannot be started, for lack of processes or descriptors, the next start has to clean up.
  shell.on('error', () => undefined)
  const stdin = shell.stdin as typeof shell.stdin | undefined
  if (!stdin) return { [Symbol.dispose]: () => undefined }
  // Neither the shell nor the pipe keeps this process alive.
  shell.unref()
  if (stdin instanceof Socket) stdin.unref()
  // The shell may have ended first.
  stdin.on('error', () => undefined)
  return { [Symbol.dispose]: () => void stdin.end('done\n') }
}
