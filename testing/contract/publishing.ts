import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { makeClip } from '../clips.ts'
import type { RestAnswer } from '../rest-client.ts'
import { expectEach, video } from './shapes.ts'
import { enter, fail, profileOf, succeed, type Actor, type StageProvider } from './stage.ts'

/** Publishing, and the list of a user's videos. */
export function describePublishing(stage: StageProvider): void {
  function publish(actor: Actor, content: Buffer | string, title?: string): Promise<RestAnswer> {
    const parts = [
      { name: 'data', fileName: '../public/bear.mp4', type: 'application/octet-stream', content },
      { name: 'token', content: actor.token },
      ...(title === undefined ? [] : [{ name: 'title', content: title }]),
    ]
    return stage().client.call('POST', '/douyin/publish/action/', { parts })
  }

  async function clip(): Promise<Buffer> {
    return readFile(await makeClip({}))
  }

  describe('publish', () => {
    it('takes the file first, whatever it is called and said to be, and shows it at once', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      expect(await succeed(publish(alice, await clip(), '日落 🌇'))).toEqual({ status_code: 0, status_msg: 'success' })
      const lists = [
        await succeed(alice.get('/douyin/publish/list/')),
        await succeed(bob.get('/douyin/publish/list/', { user_id: alice.id })),
        await succeed(stage().client.get('/douyin/publish/list/', { user_id: alice.id })),
      ]
      for (const { video_list: videos } of lists) {
        expectEach(videos, video)
        expect(videos).toMatchObject([{ title: '日落 🌇', author: { id: alice.id, name: alice.name, work_count: 1 } }])
      }
      const feed = await succeed(stage().client.get('/douyin/feed/'))
      expect(feed.video_list[0]?.id).toBe(lists[0]?.video_list[0]?.id)
    })

    it('makes files that play in ranges, without a token', async () => {
      const alice = await enter(stage())
      const content = await clip()
      await succeed(publish(alice, content, 'clip'))
      const [published] = (await alice.get('/douyin/publish/list/')).video_list
      const playUrl = published?.play_url ?? ''
      const whole = await fetch(playUrl)
      expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'video/mp4'])
      expect(content.equals(Buffer.from(await whole.arrayBuffer()))).toBe(true)
      const head = await fetch(playUrl, { method: 'HEAD' })
      expect(head.headers.get('content-length')).toBe(String(content.length))
      const part = await fetch(playUrl, { headers: { range: 'bytes=4-7' } })
      expect([part.status, await part.text()]).toEqual([206, 'ftyp'])
      const cover = await fetch(published?.cover_url ?? '')
      expect([cover.status, cover.headers.get('content-type')?.split('/')[0]]).toEqual([200, 'image'])
    })

    it('takes a video without a title', async () => {
      const alice = await enter(stage())
      await succeed(publish(alice, await clip()))
      expect((await alice.get('/douyin/publish/list/')).video_list).toMatchObject([{ title: '' }])
    })

    it('refuses what is no video, empty, too large or under too long a title, and keeps nothing of it', async () => {
      const alice = await enter(stage())
      const content = await clip()
      await fail(publish(alice, 'this is no video'))
      await fail(publish(alice, ''))
      await fail(publish(alice, content.subarray(0, 200)))
      await fail(publish(alice, Buffer.alloc(stage().maxUploadBytes + 1)))
      await fail(publish(alice, Buffer.alloc(3 * stage().maxUploadBytes)))
      await fail(publish(alice, content, '长'.repeat(101)))
      const parts = [{ name: 'token', content: alice.token }]
      await fail(stage().client.call('POST', '/douyin/publish/action/', { parts }))
      expect((await succeed(alice.get('/douyin/publish/list/'))).video_list).toEqual([])
      expect((await profileOf(alice, stage())).work_count).toBe(0)

      await succeed(publish(alice, content, '长'.repeat(100)))
    })

    it('refuses who is not signed in', async () => {
      const nobody = { token: 'nonsense' } as Actor
      await fail(publish(nobody, await clip()))
      await fail(publish({ token: '' } as Actor, await clip()))
    })
  })

  describe('the list of what somebody published', () => {
    it('has the newest first', async () => {
      const alice = await enter(stage())
      for (const title of ['one', 'two', 'three']) await alice.publishes(title)
      const { video_list: videos } = await succeed(alice.get('/douyin/publish/list/', { user_id: 0 }))
      expect(videos.map(({ title }) => title)).toEqual(['three', 'two', 'one'])
      expect((await profileOf(alice, alice)).work_count).toBe(3)
    })

    it('is empty for nobody, and for who published nothing', async () => {
      const alice = await enter(stage())
      const answers = [
        await succeed(stage().client.get('/douyin/publish/list/')),
        await succeed(alice.get('/douyin/publish/list/')),
      ]
      for (const { video_list: videos } of answers) expect(videos).toEqual([])
    })
  })
}
