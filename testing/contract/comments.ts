import { describe, expect, it } from 'vitest'
import { comment, expectEach } from './shapes.ts'
import { enter, fail, soon, succeed, type Actor, type StageProvider } from './stage.ts'

/** Comments on videos. */
export function describeComments(stage: StageProvider): void {
  const path = '/douyin/comment/action/'

  function add(actor: Actor, videoId: number, text: string) {
    return actor.post(path, { video_id: videoId, action_type: 1, comment_text: text })
  }

  function remove(actor: Actor, videoId: number, commentId: number) {
    return actor.post(path, { video_id: videoId, action_type: 2, comment_id: commentId })
  }

  /** The comments of a video: for their author at once, for anonymous callers soon. */
  async function list(videoId: number, actor?: Actor) {
    const path = '/douyin/comment/list/'
    const query = { video_id: videoId }
    return (await succeed(actor ? actor.get(path, query) : stage().client.get(path, query))).comment_list
  }

  /** Month and day in China, just before and just after a call; they may differ at midnight. */
  function today(): string {
    const parts = new Intl.DateTimeFormat('en', { timeZone: 'Asia/Shanghai', month: '2-digit', day: '2-digit' })
    return parts.format(new Date()).replace('/', '-')
  }

  describe('a comment', () => {
    it('is answered whole, dated in China, and stands first in the list at once', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      const clip = await alice.publishes()
      const days = [today()]
      const first = await succeed(add(bob, clip, '第一 😀'))
      const second = await succeed(add(alice, clip, 'second'))
      days.push(today())

      expect(Object.keys(first).sort()).toEqual(['comment', 'status_code', 'status_msg'])
      expectEach([first.comment], comment)
      expect(first.comment).toMatchObject({ content: '第一 😀', user: { id: bob.id, name: bob.name } })
      expect(days).toContain(first.comment.create_date)
      const comments = await list(clip, alice)
      expectEach(comments, comment)
      expect(comments).toEqual([second.comment, first.comment])
      await soon(() => list(clip), comments)
      const { video_list: videos } = await succeed(alice.get('/douyin/publish/list/'))
      expect(videos).toMatchObject([{ comment_count: 2 }])
    })

    it('has 1 to 500 characters', async () => {
      const alice = await enter(stage())
      const clip = await alice.publishes()
      const { comment: nothing } = await fail(add(alice, clip, ''))
      expect(nothing).toMatchObject({ id: 0, content: '', create_date: '', user: { id: 0 } })
      await fail(add(alice, clip, '评'.repeat(501)))
      await fail(add(alice, clip, '评'.repeat(5_000)))
      await succeed(add(alice, clip, '评'.repeat(500)))
      expect(await list(clip, alice)).toHaveLength(1)
    })

    it('is deleted by who wrote it and by whose video it is, and by nobody else', async () => {
      const [alice, bob, carol] = [await enter(stage()), await enter(stage()), await enter(stage())]
      const clip = await alice.publishes()
      const { comment: mine } = await succeed(add(bob, clip, 'mine'))
      const { comment: other } = await succeed(add(bob, clip, 'other'))

      const refused = await fail(remove(carol, clip, mine.id))
      expect(Object.keys(refused).sort()).toEqual(['status_code', 'status_msg'])
      expect(await list(clip, bob)).toHaveLength(2)
      expect(await succeed(remove(bob, clip, mine.id))).toEqual({ status_code: 0, status_msg: 'success' })
      expect(await list(clip, bob)).toMatchObject([{ id: other.id }])
      await soon(() => list(clip), [{ id: other.id }])
      await succeed(remove(alice, clip, other.id))
      expect(await list(clip, alice)).toEqual([])
      await soon(() => list(clip), [])
      const { video_list: videos } = await succeed(alice.get('/douyin/publish/list/'))
      expect(videos).toMatchObject([{ comment_count: 0 }])
    })

    it('is refused under an unknown video, and to nobody', async () => {
      const alice = await enter(stage())
      await fail(add(alice, 1, 'hello'))
      await fail(remove(alice, 1, 1))
      const query = { video_id: await alice.publishes(), action_type: 1, comment_text: 'hello' }
      await fail(stage().client.post(path, query))
    })
  })

  it('tells by an empty list that there are no comments', async () => {
    const alice = await enter(stage())
    expect(await list(await alice.publishes())).toEqual([])
    expect(await list(1)).toEqual([])
    await fail(stage().client.get('/douyin/comment/list/'))
  })
}
