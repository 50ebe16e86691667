import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** The absolute path of an installed program on PATH; undefined when there is none. */
export async function findProgram(name: string): Promise<string | undefined> {
  const [command, lookUp]: [string, string[]] =
    process.platform === 'win32' ? ['where', [name]] : ['/bin/sh', ['-c', 'command -v "$1"', 'sh', name]]
  const found = await execute(command, lookUp).catch(() => undefined)
  const path = found?.stdout.split(/\r?\n/)[0]?.trim()
  return path === undefined ? undefined : resolve(path)
}
