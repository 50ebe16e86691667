import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Caller } from '../../../platform/auth/caller.ts'
import { openRedis, type Redis } from '../../../platform/redis/client.ts'
import { createLogger } from '../../../platform/runtime/logger.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { doesScheduledJobs, startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'
import { openAnonymousViewers } from './anonymous-viewers.ts'

let video: VideoSubgraph
let lastId = 0
beforeAll(async () => {
  video = await startVideoSubgraph()
})
afterAll(() => video[Symbol.asyncDispose]())

async function adds(authorId = '7'): Promise<string> {
  const id = String(++lastId)
  await video.sql(
    `insert into videos (
       id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at
     ) values ($1, $2, 'title', 'p', 'c', 'video/mp4', 1, 1500, 180, 320, now() - $1::bigint * interval '1 minute')`,
    [id, authorId],
  )
  return id
}

const recordViews = `mutation ($views: [ViewInput!]!) { recordViews(input: { views: $views }) { countedViews } }`
async function views(viewerId: string, ...watched: readonly (readonly [string, number, boolean?])[]): Promise<number> {
  const reported = watched.map(([videoId, watchedMs, isCompleted = false]) => ({ videoId, watchedMs, isCompleted }))
  const data = await ask<{ recordViews: { countedViews: number } }>(video.subgraph, signedIn(viewerId), recordViews, {
    views: reported,
  })
  return data.recordViews.countedViews
}
interface Viewed {
  readonly viewCount: number
  readonly watchProgress: { readonly positionMs: number; readonly isCompleted: boolean } | null
}
async function viewed(id: string, caller = anonymous): Promise<Viewed> {
  const query = `{ video(id: ${id}) { viewCount watchProgress { positionMs isCompleted } } }`
  return (await ask<{ video: Viewed }>(video.subgraph, caller, query)).video
}

it('counts what was watched for three seconds or to its end', async () => {
  const id = await adds()
  expect(await views('1', [id, 2_999])).toBe(0)
  expect(await views('2', [id, 3_000])).toBe(1)
  expect(await views('3', [id, 10, true])).toBe(1)
  expect(await viewed(id)).toEqual({ viewCount: 2, watchProgress: null })
  expect(await viewed(id, signedIn('1'))).toMatchObject({ watchProgress: { positionMs: 2_999, isCompleted: false } })
  expect(await viewed(id, signedIn('3'))).toMatchObject({ watchProgress: { positionMs: 10, isCompleted: true } })
  expect(await viewed(id, signedIn('4'))).toMatchObject({ watchProgress: null })
})

it('counts a short view that becomes long', async () => {
  const id = await adds()
  expect([await views('1', [id, 100]), await views('1', [id, 5_000]), await views('1', [id, 5_000])]).toEqual([0, 1, 0])
  expect((await viewed(id)).viewCount).toBe(1)
})

it('counts neither one’s own views, nor repeated ones within a day, also in the last month or in one call', async () => {
  const id = await adds('7')
  expect(await views('7', [id, 5_000])).toBe(0)
  expect(await views('1', [id, 5_000], [id, 6_000])).toBe(1)
  expect(await views('1', [id, 5_000])).toBe(0)
  await video.sql(`update views set counted_at = now() - interval '25 hours' where video_id = $1`, [id])
  expect(await views('1', [id, 5_000])).toBe(1)
  await video.sql(
    `update views set month = (month - interval '1 month')::date, counted_at = now() - interval '2 hours' where video_id = $1`,
    [id],
  )
  expect(await views('1', [id, 5_000])).toBe(0)
  await video.sql(`update views set counted_at = now() - interval '25 hours' where video_id = $1`, [id])
  expect(await views('1', [id, 5_000])).toBe(1)
  expect((await viewed(id)).viewCount).toBe(3)
})

it('counts exactly what many viewers report at once', async () => {
  const ids = await Promise.all(Array.from({ length: 10 }, () => adds()))
  const counted = await Promise.all(
    Array.from({ length: 40 }, (_, viewer) =>
      views(String(100 + (viewer % 20)), ...ids.map((id) => [id, 4_000] as const)),
    ),
  )
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(200)
  for (const id of ids) expect((await viewed(id)).viewCount).toBe(20)
})

it('refuses too many views, negative times and what is no id; and ignores unknown videos', async () => {
  const view = { videoId: '1', watchedMs: 1, isCompleted: false }
  for (const reported of [Array(51).fill(view), [{ ...view, watchedMs: -1 }], [{ ...view, videoId: 'x' }]]) {
    expect(await refusal(video.subgraph, signedIn('1'), recordViews, { views: reported })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
  }
  expect(await views('1', ['999999', 5_000])).toBe(0)
})

describe('views without a token', () => {
  async function anonymousViews(
    from: VideoSubgraph,
    caller: Partial<Caller>,
    ...watched: readonly (readonly [string, number])[]
  ): Promise<number> {
    const reported = watched.map(([videoId, watchedMs]) => ({ videoId, watchedMs }))
    const data = await ask<{ recordViews: { countedViews: number } }>(
      from.subgraph,
      { ...anonymous, ...caller },
      recordViews,
      { views: reported },
    )
    return data.recordViews.countedViews
  }
  const phone = { clientAddress: '192.0.2.1', userAgent: 'phone' }
  let redis: Redis
  let counting: VideoSubgraph
  beforeAll(async () => {
    redis = openRedis(inject('services').redisUrl, `${randomBytes(6).toString('hex')}:`, createLogger('silent', 'test'))
    await once(redis, 'ready')
    counting = await startVideoSubgraph({ database: { url: video.databaseUrl }, redis })
  })
  afterAll(async () => {
    await counting[Symbol.asyncDispose]()
    redis.disconnect()
  })

  it('count once for each address and user agent, whichever process hears of them, and store no viewer', async () => {
    const [id, other] = [await adds(), await adds()]
    expect(await anonymousViews(counting, phone, [id, 2_999])).toBe(0)
    expect(await anonymousViews(counting, phone, [id, 3_000], [id, 5_000], [other, 5_000], ['999999', 5_000])).toBe(2)
    await using elsewhere = await startVideoSubgraph({ database: { url: video.databaseUrl }, redis })
    expect(await anonymousViews(elsewhere, phone, [id, 5_000])).toBe(0)
    expect(await anonymousViews(elsewhere, { ...phone, userAgent: 'laptop' }, [id, 5_000])).toBe(1)
    expect(await anonymousViews(elsewhere, { ...phone, clientAddress: '192.0.2.2' }, [id, 5_000])).toBe(1)
    expect([(await viewed(id)).viewCount, (await viewed(other)).viewCount]).toEqual([3, 1])
    expect(await video.sql('select from views where video_id = any ($1)', [[id, other]])).toEqual([])
    const keys = await redis.keys('*view*')
    expect(keys.join()).not.toMatch(/192|phone|laptop/)
  })

  it('count exactly when many come at once', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => adds()))
    const counted = await Promise.all(
      Array.from({ length: 60 }, (_, turn) =>
        anonymousViews(
          counting,
          { ...phone, userAgent: `agent ${turn % 20}` },
          ...ids.map((id) => [id, 4_000] as const),
        ),
      ),
    )
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(100)
    for (const id of ids) expect((await viewed(id)).viewCount).toBe(20)
  })

  it('do not count for videos that are not public', async () => {
    const id = await adds()
    await video.sql(`update videos set visibility = 'FRIENDS' where id = $1`, [id])
    expect(await anonymousViews(counting, { ...phone, userAgent: 'tablet' }, [id, 5_000])).toBe(0)
    expect(await video.sql('select from view_counts where video_id = $1', [id])).toEqual([])
  })

  it('count again on another day, and after a count that failed', async () => {
    const id = await adds()
    let today = Date.UTC(2026, 0, 1, 23)
    const viewers = openAnonymousViewers(redis, () => today)
    const caller = { ...anonymous, ...phone }
    expect([await viewers.add(caller, [id]), await viewers.add(caller, [id])]).toEqual([[id], []])
    today += 60 * 60 * 1_000
    expect(await viewers.add(caller, [id])).toEqual([id])
    await viewers.remove(caller, [id])
    expect(await viewers.add(caller, [id])).toEqual([id])
  })

  it('do not count, and do not fail, while Redis is away', async () => {
    const id = await adds()
    const away = openRedis('redis://127.0.0.1:1', '', createLogger('silent', 'test'))
    await using without = await startVideoSubgraph({ database: { url: video.databaseUrl }, redis: away })
    expect(await anonymousViews(without, phone, [id, 5_000])).toBe(0)
    expect(await anonymousViews(video, phone, [id, 5_000])).toBe(0)
    expect((await viewed(id)).viewCount).toBe(0)
    away.disconnect()
  })
})

it('makes the partitions of the next months, with the rights of the owner', async () => {
  const partitions = async () =>
    (
      await video.sql(
        `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'video.views'::regclass`,
      )
    ).length
  expect(await partitions()).toBe(4)
  await video.sql(`do $$ begin execute (
    select 'drop table ' || string_agg(inhrelid::regclass::text, ', ') from pg_inherits
    where inhparent = 'video.views'::regclass and inhrelid::regclass::text ~ '\\d$'
  ); end $$`)
  expect(await partitions()).toBe(1)
  await doesScheduledJobs(video.databaseUrl)
  expect(await partitions()).toBe(4)
})
