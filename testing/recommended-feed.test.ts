import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bootNetwork, type Network, type NetworkOptions } from './network.ts'
import { createRestClient, type RestBody } from './rest-client.ts'

/** Tokens stay valid after a restart. */
const settings = { REST_FEED: 'recommended', ACCESS_TOKEN_SECRETS: `k1:${randomBytes(32).toString('base64url')}` }
const videos = 700
const pageLength = 30

let network: Network
beforeAll(async () => {
  network = await bootNetwork({ settings })
  await publishMany(network.databaseUrl)
})
afterAll(() => network[Symbol.asyncDispose]())

/** Video n is n hours old, and by one of 70 authors. */
async function publishMany(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    `insert into video.videos (
       id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width, height, published_at
     )
     select n, 1000 + n % 70, 'title', 'p', 'c', 'video/mp4', 1, 1500, 180, 320, now() - n * interval '1 hour'
     from generate_series(1, ${videos}) n`,
  )
  await client.end()
}

/** Another system on the same database. */
function restarted(others: NetworkOptions['settings'] = {}): Promise<Network> {
  return bootNetwork({
    settings: { ...settings, ...others },
    settingsOver: () => ({ DATABASE_URL: network.databaseUrl }),
  })
}

async function page(token: string, latestTime?: number | string, from = network): Promise<RestBody> {
  const { body } = await createRestClient(from.restUrl).get('/douyin/feed/', {
    token,
    ...(latestTime !== undefined && { latest_time: latestTime }),
  })
  expect(body.status_code).toBe(0)
  return body
}

const idsOf = ({ video_list: list }: RestBody): number[] => list.map(({ id }) => id)

/** Follows `next_time` until the feed is empty. */
async function readAll(token: string, from = network): Promise<{ pages: number[][]; end: number }> {
  const pages: number[][] = []
  let next: number | undefined
  for (;;) {
    const body = await page(token, next, from)
    if (body.video_list.length === 0) return { pages, end: body.next_time }
    expect(Number.isSafeInteger(body.next_time)).toBe(true)
    pages.push(idsOf(body))
    next = body.next_time
  }
}

/** Every video is there, none of them twice. */
function expectEachOnce(pages: readonly (readonly number[])[]): void {
  const ids = pages.flat()
  expect(ids).toHaveLength(videos)
  expect(new Set(ids).size).toBe(videos)
}

describe('the recommended feed over REST', () => {
  it('is paged by its next time without a gap or a repetition, and ends with now', async () => {
    const { token } = await network.person('alice')
    const { pages, end } = await readAll(token)
    expect(pages.length).toBeGreaterThan(20)
    expect(pages.slice(0, 20).every(({ length }) => length === pageLength)).toBe(true)
    expectEachOnce(pages)
    expect(Math.abs(end - Date.now())).toBeLessThan(10_000)
    // Not simply the newest videos.
    expect(pages[0]).not.toEqual(pages[0]?.toSorted((one, other) => one - other))
  })

  it('is paged by the time of the last video without a token, newest first', async () => {
    const { pages } = await readAll('')
    expectEachOnce(pages)
    expect(pages.flat()).toEqual(Array.from({ length: videos }, (_, index) => index + 1))
    expect((await page('')).next_time).toBeLessThan(Date.now())
    expect(idsOf(await page('expired'))).toEqual(pages[0])
  })

  it('repeats a page for the same next time, in exponent form as well', async () => {
    const { token } = await network.person('bob')
    const { next_time: next } = await page(token)
    const second = await page(token, next)
    expect(await page(token, next)).toEqual(second)
    expect(await page(token, next.toExponential())).toEqual(second)
  })

  it('begins a new session for any other time', async () => {
    const { token } = await network.person('carol')
    const nexts = new Set<number>()
    for (const time of [undefined, 0, 'soon', Date.now() - 1_000, Date.now() + 1_000, 2 ** 53 - 1]) {
      const body = await page(token, time)
      expect(body.video_list).toHaveLength(pageLength)
      nexts.add(body.next_time)
    }
    expect(nexts.size).toBe(6)
  })

  it('goes on where it was after a restart, and without Redis', async () => {
    const { token } = await network.person('dave')
    const first = await page(token)
    await using again = await restarted()
    const second = await page(token, first.next_time, again)
    // Unreachable.
    await using alone = await restarted({ REDIS_URL: 'redis://127.0.0.1:1' })
    const third = await page(token, second.next_time, alone)
    const ids = [first, second, third].flatMap(idsOf)
    expect(new Set(ids).size).toBe(3 * pageLength)
    expect(idsOf(await page(token, first.next_time))).toEqual(idsOf(second))
    expectEachOnce((await readAll((await network.person('erin')).token, alone)).pages)
  })

  it('shows the newest of what follows to who signs in or out on the way', async () => {
    const { token } = await network.person('frank')
    const { next_time: ofSession } = await page(token)
    expect(idsOf(await page('', ofSession))[0]).toBe(1)
    const { next_time: ofTime } = await page('')
    expect((await page(token, ofTime)).video_list).toHaveLength(pageLength)
  })
})
