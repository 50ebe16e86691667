import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../../db/migrate.ts'
import { startMissingServices } from '../../embedded/services.ts'
import { register } from '../../start/people.ts'
import { Stack } from '../../start/running.ts'
import { startProcess } from '../../testing/system-process.ts'
import { circumstances, type Circumstances } from '../machine.ts'
import { settingsOver } from '../system/settings.ts'
import { startAllInOne } from '../system/topologies.ts'
import { copyAsAnother, filmClip } from './clips.ts'
import { measurePublication, type Publication } from './measure.ts'
import type { MediaOptions } from './options.ts'

/** The results of one run; publications of the same size are adjacent. */
export interface MediaResults extends Circumstances {
  readonly publications: readonly Publication[]
}

export interface MediaRunOptions extends MediaOptions {
  readonly commandLine: readonly string[]
  /** Prints progress. */
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

/** Publishes clips in a system with a separate media worker; leaves nothing behind. */
export async function runMedia({ sizes, rounds, commandLine, print, signal }: MediaRunOptions): Promise<MediaResults> {
  await using stack = new Stack()
  const folder = await mkdtemp(join(tmpdir(), 'short-video-bench-'))
  stack.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) })
  const where = { dataDir: folder, host: '127.0.0.1', objectStorePort: 0 }
  const services = stack.use(await startMissingServices({ ...where, allowEmbedded: true }, () => undefined))
  await migrate(services.databaseUrl)
  const settings = settingsOver(services, folder)
  const urls = stack.use(await startAllInOne(settings))
  const worker = stack.use(startProcess('worker', { ...settings, TRANSCODE_CONCURRENCY: '1' }))
  await worker.line(/listens on/)
  const author = await register(urls, 'author', 'password')

  const clip = join(folder, 'clip.mp4')
  const file = join(folder, 'published.mp4')
  const publish = async (seconds: number): Promise<Publication> => {
    await copyAsAnother(clip, file)
    return measurePublication(author, file, seconds, signal)
  }
  // The first one warms up the code.
  await filmClip(services.ffmpegPath, 1, clip)
  await publish(1)

  const publications: Publication[] = []
  for (const seconds of sizes) {
    print(`Filming ${seconds} MB`)
    await filmClip(services.ffmpegPath, seconds, clip)
    for (let round = 0; round < rounds; round++) publications.push(await publish(seconds))
  }
  return { ...circumstances(commandLine), publications }
}
