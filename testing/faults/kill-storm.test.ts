import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, it, vi } from 'vitest'
import { Stack } from '../../start/running.ts'
import { createTestDatabase } from '../database.ts'
import { serviceSettings } from '../network.ts'
import { insertVideo } from '../social.ts'
import { startEverything, startSocialAlone } from './killable.ts'
import { startStorm } from '../storm.ts'
import { expectAcknowledged } from './verdict.ts'
import { randomOfRun } from '../random.ts'

const random = randomOfRun()
const videoIds = Array.from({ length: 40 }, (_, index) => String(index + 1))
/** Two concurrent replacements share a busy machine with everything else. */
const patience = { interval: 1, timeout: 120_000 }

// A killed process keeps its id generators for half a minute, and there are 32 of each, which limits the number of kills.
it.each([
  ['the social subgraph', startSocialAlone, 20],
  ['everything', startEverything, 2],
] as const)(
  'loses nothing that was acknowledged, and miscounts nothing, when processes of %s are killed while they write',
  { timeout: 300_000 },
  async (_, start, kills) => {
    await using stack = new Stack()
    const { url } = stack.use(await createTestDatabase())
    const folder = await mkdtemp(join(tmpdir(), 'short-video-storm-'))
    stack.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) })
    const sql = new pg.Client(url)
    await sql.connect()
    stack.use({ [Symbol.asyncDispose]: () => sql.end() })
    const system = stack.use(await start({ ...serviceSettings(url), DATA_DIR: folder }, sql))
    for (const [index, videoId] of videoIds.entries()) {
      await insertVideo(sql, videoId, system.people[index % system.people.length] ?? '')
    }

    const storm = stack.use(startStorm(system, videoIds))
    for (let killed = 0; killed < kills; killed++) {
      const moment = storm.acknowledged() + 1 + random.below(199)
      await vi.waitUntil(() => storm.acknowledged() >= moment && system.kill(), patience)
    }
    const later = storm.acknowledged() + 100
    await vi.waitUntil(() => storm.acknowledged() >= later, patience)
    await storm[Symbol.asyncDispose]()
    await system[Symbol.asyncDispose]()
    // The database completes what the killed processes had begun.
    const others = 'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
    await expect.poll(async () => (await sql.query(others)).rowCount, { timeout: 60_000 }).toBe(0)

    await expectAcknowledged(storm, sql)
  },
)
