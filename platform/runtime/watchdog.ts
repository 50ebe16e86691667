import { spawn } from 'node:child_process'
import { Socket } from 'node:net'

/**
 * Signals a process, or a process group, when this process ends, however it ends. A small shell waits at a pipe that only this
 * process holds open: the kernel closes it even after `kill -9`. The shell is a child of this process, which collects it: in a
 * container whose first process collects nobody it would otherwise stay. Without a POSIX shell nothing is watched.
 *
 * @param target the id of the process, or that of a group, negative.
 * @returns ends the watch without a signal.
 */
export function endWithThisProcess(target: number, signal: NodeJS.Signals): Disposable {
  if (process.platform === 'win32') return { [Symbol.dispose]: () => undefined }
  const watch = 'read -r _ || kill -s "$1" -- "$2"'
  const shell = spawn('/bin/sh', ['-c', watch, 'watchdog', signal.slice('SIG'.length), String(target)], {
    env: {},
    // A process group of its own: Ctrl-C in the terminal must not end the watchdog.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Without a shell, for lack of processes or descriptors, nothing is watched.
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
