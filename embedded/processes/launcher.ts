import { fileURLToPath } from 'node:url'

/** The arguments with which Node runs another program of this system; `file` is relative to the repository root. */
export function launched(file: string): readonly [string, ...string[]] {
  return [fileURLToPath(new URL('../../start/launch.js', import.meta.url)), '--run', file]
}
