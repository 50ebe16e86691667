import { afterAll, beforeAll, expect, it } from 'vitest'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { doesScheduledJobs, startVideoSubgraph, type VideoSubgraph } from '../../../testing/video-subgraph.ts'

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

it('refuses anonymous callers, too many views, negative times and what is no id; and ignores unknown videos', async () => {
  const view = { videoId: '1', watchedMs: 1, isCompleted: false }
  expect(await refusal(video.subgraph, anonymous, recordViews, { views: [view] })).toMatchObject({
    code: 'UNAUTHENTICATED',
  })
  for (const reported of [Array(51).fill(view), [{ ...view, watchedMs: -1 }], [{ ...view, videoId: 'x' }]]) {
    expect(await refusal(video.subgraph, signedIn('1'), recordViews, { views: reported })).toMatchObject({
      code: 'BAD_USER_INPUT',
    })
  }
  expect(await views('1', ['999999', 5_000])).toBe(0)
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
