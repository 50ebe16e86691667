import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, it, vi } from 'vitest'
import { Stack } from '../../start/running.ts'
import { createTestDatabase } from '../database.ts'
import { serviceSettings } from '../network.ts'
import { randomOfRun } from '../random.ts'
import { insertVideo } from '../social.ts'
import { startEverything } from './killable.ts'

const random = randomOfRun()
const videoIds = Array.from({ length: 300 }, (_, index) => String(index + 1))
const patience = { interval: 1, timeout: 120_000 }
const record = 'mutation ($views: [ViewInput!]!) { recordViews(input: { views: $views }) { countedViews } }'

it(
  'loses no view that was acknowledged, and counts none twice, when processes are killed',
  { timeout: 300_000 },
  async () => {
    await using stack = new Stack()
    const { url } = stack.use(await createTestDatabase())
    const folder = await mkdtemp(join(tmpdir(), 'short-video-views-'))
    stack.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) })
    const sql = new pg.Client(url)
    await sql.connect()
    stack.use({ [Symbol.asyncDispose]: () => sql.end() })
    const system = stack.use(await startEverything({ ...serviceSettings(url), DATA_DIR: folder }, sql))
    const authorOf = (videoId: string): string => system.people[Number(videoId) % system.people.length] ?? ''
    for (const videoId of videoIds) await insertVideo(sql, videoId, authorOf(videoId))

    let acknowledged = 0
    let counted = 0
    /** Watches every video, a few at a time, each until that is acknowledged. */
    async function watch(viewerId: string): Promise<void> {
      const left = [...videoIds]
      while (left.length > 0) {
        const views = left.splice(0, 1 + random.below(10)).map((videoId) => ({ videoId, watchedMs: 5_000 }))
        for (;;) {
          const answer = (await system.send(viewerId, record, { views } as never).catch(() => null)) as {
            recordViews: { countedViews: number } | null
          } | null
          if (!answer?.recordViews) continue
          acknowledged += views.length
          counted += answer.recordViews.countedViews
          break
        }
      }
    }
    const watching = Promise.all(system.people.map(watch))
    const all = videoIds.length * system.people.length
    for (const share of [0.2, 0.5]) {
      await vi.waitUntil(() => acknowledged >= all * share && system.kill(), patience)
    }
    await watching

    const { rows } = await sql.query<{ id: string; count: string; stored: string }>(`
    select videos.id, coalesce(view_count, 0) as count, (
      select count(*) from video.views where video_id = videos.id and viewer_id <> author_id and counted_at > '-infinity'
    ) as stored
    from video.videos left join video.view_counts on video_id = videos.id order by videos.id`)
    const others = String(system.people.length - 1)
    expect(rows).toEqual(videoIds.map((id) => ({ id, count: others, stored: others })))
    expect(acknowledged).toBe(all)
    // What was committed without an answer is counted in the table alone.
    expect(counted).toBeLessThanOrEqual(all - videoIds.length)
  },
)
