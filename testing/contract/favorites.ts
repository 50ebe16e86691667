import { describe, expect, it } from 'vitest'
import { expectEach, video } from './shapes.ts'
import { enter, fail, profileOf, soon, succeed, type Actor, type StageProvider } from './stage.ts'

/** Likes, and the list of liked videos. */
export function describeFavorites(stage: StageProvider): void {
  function change(actor: Actor, videoId: number, actionType: number) {
    return actor.post('/douyin/favorite/action/', { video_id: videoId, action_type: actionType })
  }

  async function countOf(author: Actor, viewer = author): Promise<unknown[]> {
    const { video_list: videos } = await succeed(viewer.get('/douyin/publish/list/', { user_id: author.id }))
    return videos.map(({ favorite_count: count, is_favorite: mine }) => [count, mine])
  }

  describe('a like', () => {
    it('counts once however often it is sent, and so does taking it back', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      const clip = await alice.publishes()
      for (const [action, count] of [
        [1, 1],
        [1, 1],
        [2, 0],
        [2, 0],
      ] as const) {
        // prettier-ignore
        expect(await succeed(change(bob, clip, action))).toEqual({ status_code: 0, status_msg: 'success' })
        expect(await countOf(alice, bob)).toEqual([[count, action === 1]])
        expect((await profileOf(alice, bob)).total_favorited).toBe(count)
        expect((await profileOf(bob, bob)).favorite_count).toBe(count)
        await soon(() => countOf(alice), [[count, false]])
        await soon(() => profileOf(alice, stage()), { total_favorited: count })
      }
    })

    it('counts once when it is sent many times at once, by many people', async () => {
      const alice = await enter(stage())
      const people = await Promise.all(Array.from({ length: 8 }, () => enter(stage())))
      const clip = await alice.publishes()
      await Promise.all([...people, ...people, ...people].map((person) => succeed(change(person, clip, 1))))
      await soon(() => countOf(alice), [[8, false]])
      await soon(() => profileOf(alice, stage()), { total_favorited: 8 })
      for (const person of people) expect((await profileOf(person, person)).favorite_count).toBe(1)

      await Promise.all([...people, ...people].map((person) => succeed(change(person, clip, 2))))
      await soon(() => countOf(alice), [[0, false]])
      await soon(() => profileOf(alice, stage()), { total_favorited: 0 })
    })

    it('of one’s own video moves both of one’s counts', async () => {
      const alice = await enter(stage())
      await succeed(change(alice, await alice.publishes(), 1))
      expect(await countOf(alice)).toEqual([[1, true]])
      expect(await profileOf(alice, alice)).toMatchObject({ total_favorited: 1, favorite_count: 1 })
    })

    it('is refused for an unknown video, an unknown action and nobody', async () => {
      const alice = await enter(stage())
      const clip = await alice.publishes()
      await fail(change(alice, 1, 1))
      await fail(change(alice, clip, 3))
      await fail(alice.post('/douyin/favorite/action/', { action_type: 1 }))
      await fail(alice.post('/douyin/favorite/action/', { video_id: clip }))
      await fail(stage().client.post('/douyin/favorite/action/', { video_id: clip, action_type: 1 }))
      expect(await countOf(alice)).toEqual([[0, false]])
    })
  })

  describe('the list of what somebody likes', () => {
    it('has the most recently liked first, and tells what the viewer likes', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      const [first, second] = [await alice.publishes('first'), await alice.publishes('second')]
      await succeed(change(bob, second, 1))
      await succeed(change(bob, first, 1))
      await succeed(change(alice, second, 1))

      const likedBy = async (viewer: Actor) => {
        const { video_list: videos } = await succeed(viewer.get('/douyin/favorite/list/', { user_id: bob.id }))
        expectEach(videos, video)
        return videos.map(({ id, is_favorite: mine }) => [id, mine])
      }
      expect(await likedBy(bob)).toEqual([[first, true], [second, true]]) // prettier-ignore
      expect(await likedBy(alice)).toEqual([[first, false], [second, true]]) // prettier-ignore

      await succeed(change(bob, first, 2))
      expect(await likedBy(bob)).toEqual([[second, true]])
      await succeed(change(bob, first, 1))
      expect((await likedBy(bob))[0]).toEqual([first, true])
    })

    it('is empty for nobody', async () => {
      expect((await succeed(stage().client.get('/douyin/favorite/list/'))).video_list).toEqual([])
    })
  })
}
