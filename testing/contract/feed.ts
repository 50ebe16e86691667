import pg from 'pg'
import { describe, expect, it } from 'vitest'
import type { RestVideo } from '../../rest-adapter/presenters/video.ts'
import { expectEach, video } from './shapes.ts'
import { enter, newName, succeed, type StageProvider } from './stage.ts'

/** The feed of all videos. */
export function describeFeed(stage: StageProvider): void {
  async function page(latestTime?: string | number, token = '') {
    const query = { ...(latestTime !== undefined && { latest_time: latestTime }), token }
    const body = await succeed(stage().client.get('/douyin/feed/', query))
    expect(Object.keys(body).sort()).toEqual(['next_time', 'status_code', 'status_msg', 'video_list'])
    expect(body.video_list.length).toBeLessThanOrEqual(30)
    return body
  }

  function ids(videos: readonly RestVideo[]): number[] {
    return videos.map(({ id }) => id)
  }

  describe('the feed', () => {
    it('shows the newest first, to nobody in particular', async () => {
      const alice = await enter(stage())
      const [older, newer] = [await alice.publishes('older'), await alice.publishes('newer')]
      const { video_list: videos } = await page()
      expectEach(videos, video)
      expect(ids(videos).slice(0, 2)).toEqual([newer, older])
    })

    it('begins at the newest for whatever is no moment of the past', async () => {
      await (await enter(stage())).publishes()
      const newest = ids((await page()).video_list)
      const future = Date.now() + 3_600_000
      for (const moment of [
        '',
        0,
        -5,
        future,
        Math.floor(future / 1000),
        '2026-01-01T00:00:00Z',
        'soon',
        'null',
        '1e400',
      ]) {
        expect(ids((await page(moment)).video_list)).toEqual(newest)
      }
    })

    it('goes on strictly before a moment in milliseconds, or in seconds', async () => {
      const alice = await enter(stage())
      const published: number[] = []
      for (let count = 0; count < 3; count++) published.push(await alice.publishes())
      const [oldest] = published
      const { next_time: moment } = await pageThatEndsWith(published[1])
      expect((await page(moment)).video_list[0]?.id).toBe(oldest)
      expect((await page(`${moment}`)).video_list[0]?.id).toBe(oldest)
      // A second that began before all three.
      const second = Math.floor(moment / 1000) - 60
      for (const id of published) expect(ids((await page(second)).video_list)).not.toContain(id)
    })

    /** The time of a video, as the next time of a page that would end with it. */
    async function pageThatEndsWith(id: number | undefined): Promise<{ next_time: number }> {
      const client = new pg.Client({ connectionString: stage().databaseUrl })
      await client.connect()
      const { rows } = await client.query<{ moment: Date }>(
        'select published_at as moment from video.videos where id = $1',
        [id],
      )
      await client.end()
      return { next_time: rows[0]?.moment.getTime() ?? NaN }
    }

    it('passes hundreds of videos without a gap or a repetition, and ends with a wrap to the newest', async () => {
      const alice = await enter(stage())
      const published = await publishMany(alice.id, 250)
      const seen: number[] = []
      let moment: number | undefined
      for (;;) {
        const { video_list: videos, next_time: next } = await page(moment)
        if (videos.length === 0) {
          expect(Math.abs(next - Date.now())).toBeLessThan(10_000)
          break
        }
        expect(next).toBeLessThan(moment ?? Infinity)
        seen.push(...ids(videos))
        moment = next
      }
      expect(new Set(seen).size).toBe(seen.length)
      const place = new Map(seen.map((id, index) => [id, index]))
      expect(published.map((id) => place.get(id))).toEqual(
        published.map((id) => place.get(id) ?? NaN).sort((a, b) => a - b),
      )
    })

    /** Inserts videos into the past, newest first, because publishing them would take minutes. */
    async function publishMany(authorId: number, count: number): Promise<number[]> {
      const client = new pg.Client({ connectionString: stage().databaseUrl })
      await client.connect()
      const { rows } = await client.query<{ id: string }>(
        `with begun as (select coalesce(min(published_at), now()) as at, coalesce(min(id), 1000000) as id from video.videos)
         insert into video.videos (id, author_id, title, play_key, cover_key, content_type, byte_size, duration_ms, width,
           height, published_at)
         select begun.id - number, $1, $2, 'none.mp4', 'none.jpg', 'video/mp4', 1, 1000, 1, 1,
           begun.at - number * interval '7 ms'
         from begun, generate_series(1, $3::int) as number
         returning id`,
        [authorId, newName('past'), count],
      )
      await client.end()
      return rows.map(({ id }) => Number(id))
    }

    it('shows each viewer what he likes and whom he follows', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      const clip = await alice.publishes('clip')
      await succeed(bob.post('/douyin/favorite/action/', { video_id: clip, action_type: 1 }))
      await succeed(bob.post('/douyin/relation/action/', { to_user_id: alice.id, action_type: 1 }))
      const seenBy = async (token: string) => (await page(undefined, token)).video_list.find(({ id }) => id === clip)
      expect(await seenBy(bob.token)).toMatchObject({
        is_favorite: true,
        favorite_count: 1,
        author: { is_follow: true },
      })
      expect(await seenBy(alice.token)).toMatchObject({ is_favorite: false, author: { is_follow: false } })
      expect(await seenBy('')).toMatchObject({ is_favorite: false, favorite_count: 1, author: { is_follow: false } })
    })
  })
}
