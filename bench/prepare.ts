import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack } from '../start/running.ts'
import type { VideoTables } from '../db/ownership.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { createTitleRepository } from '../subgraphs/video/titles/repository.ts'
import { createTrendRepository } from '../subgraphs/video/trending/repository.ts'
import { film, type Scene } from '../start/seed/clips.ts'
import type { DataSet } from './data-set.ts'
import { startFilledServices } from './filled-services.ts'
import { signTokens } from './routes/viewers.ts'
import { createWorld, type World } from './routes/world.ts'
import { accessTokenKeys, settingsOver } from './system/settings.ts'

/** Services with a data set, and the requests for a system on them. */
export interface Prepared extends AsyncDisposable {
  readonly databaseUrl: string
  /** Of a system on these services. */
  readonly settings: Readonly<Record<string, string>>
  readonly world: World
  /** A small video file. */
  readonly clip: Buffer
}

export interface PrepareOptions {
  readonly dataSet: DataSet
  /** Prints progress. */
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

/** Starts services of its own in a temporary folder, and fills them. */
export async function prepare({ dataSet, print, signal }: PrepareOptions): Promise<Prepared> {
  const stack = new Stack()
  try {
    const folder = await mkdtemp(join(tmpdir(), 'short-video-bench-'))
    stack.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) })
    const services = stack.use(await startFilledServices({ folder, dataSet, print, signal }))
    await prepareDiscovery(services.databaseUrl, print)
    const world = createWorld(dataSet, signTokens(accessTokenKeys), Date.now())

    const clip = join(folder, 'clip.mp4')
    await film(services.ffmpegPath, scene, 1, clip)
    return {
      databaseUrl: services.databaseUrl,
      settings: settingsOver(services, folder),
      world,
      clip: await readFile(clip),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

/** Does what scheduled jobs do within a minute: reads the titles, and ranks what trends. */
async function prepareDiscovery(url: string, print: (line: string) => void): Promise<void> {
  const begun = performance.now()
  print('Reading titles and ranking trends')
  await using db = openDatabase<VideoTables>({ url, schema: 'video', poolSize: 1, onConnectionError: () => undefined })
  await createTitleRepository(db).readUnread()
  await createTrendRepository(db).rank()
  print(`  took ${Math.round((performance.now() - begun) / 1_000)} s`)
}

/** The video that is published under load: small, and quick to render. */
const scene: Scene = { title: 'Bars', picture: 'smptebars=size=270x480:rate=24', sound: '0.1*sin(2*PI*440*t)' }
