import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'

/**
 * The path of an ffmpeg that reads a video no faster than it plays, however fast the machine is: so there is time to do
 * something while it works. It goes with the test file.
 */
export async function makePacedFfmpeg(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'paced-ffmpeg-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  // An account of its own has to get through.
  await chmod(folder, 0o711)
  const path = join(folder, 'ffmpeg')
  await writeFile(path, `#!/bin/sh\nexec '${inject('services').ffmpegPath}' -re "$@"\n`, { mode: 0o755 })
  return path
}
