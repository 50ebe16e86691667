import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'

/**
 * The path of an ffmpeg that reads a video in real time, so that tests can act while it works. It is deleted with the test
 * file.
 */
export async function makePacedFfmpeg(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'paced-ffmpeg-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  // Programs with an account of their own must be able to enter.
  await chmod(folder, 0o711)
  const path = join(folder, 'ffmpeg')
  await writeFile(path, `#!/bin/sh\nexec '${inject('services').ffmpegPath}' -re "$@"\n`, { mode: 0o755 })
  return path
}
