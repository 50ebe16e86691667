import { describe, expect, it } from 'vitest'
import { expectEach, friend, user } from './shapes.ts'
import { enter, fail, profileOf, soon, succeed, type Actor, type Query, type StageProvider } from './stage.ts'

/** Following, followers and friends. */
export function describeRelations(stage: StageProvider): void {
  function change(actor: Actor, other: { readonly id: number }, actionType = 1) {
    return actor.post('/douyin/relation/action/', { to_user_id: other.id, action_type: actionType })
  }

  async function list(kind: 'follow' | 'follower' | 'friend', viewer: Actor, query: Query = {}) {
    return (await succeed(viewer.get(`/douyin/relation/${kind}/list/`, query))).user_list
  }

  async function befriend(one: Actor, other: Actor): Promise<void> {
    await succeed(change(one, other))
    await succeed(change(other, one))
  }

  async function say(from: Actor, to: Actor, content: string): Promise<void> {
    await succeed(from.post('/douyin/message/action/', { to_user_id: to.id, action_type: 1, content }))
  }

  function ids(people: readonly { readonly id: number }[]): number[] {
    return people.map(({ id }) => id)
  }

  describe('following', () => {
    it('counts once however often it is sent, and shows at once', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      for (const [action, count] of [
        [1, 1],
        [1, 1],
        [2, 0],
        [2, 0],
      ] as const) {
        // prettier-ignore
        expect(await succeed(change(bob, alice, action))).toEqual({ status_code: 0, status_msg: 'success' })
        expect(await profileOf(alice, bob)).toMatchObject({ follower_count: count, is_follow: count === 1 })
        expect(await profileOf(bob, bob)).toMatchObject({ follow_count: count, is_follow: false })
        await soon(() => profileOf(bob, alice), { follow_count: count, is_follow: false })
        expect(ids(await list('follow', bob))).toEqual(count === 1 ? [alice.id] : [])
        expect(ids(await list('follower', alice))).toEqual(count === 1 ? [bob.id] : [])
      }
    })

    it('is refused for oneself, an unknown person, an unknown action and nobody', async () => {
      const alice = await enter(stage())
      await fail(change(alice, alice))
      await fail(change(alice, { id: 1 }))
      await fail(change(alice, await enter(stage()), 3))
      await fail(stage().client.post('/douyin/relation/action/', { to_user_id: alice.id, action_type: 1 }))
      expect(await profileOf(alice, stage())).toMatchObject({ follow_count: 0, follower_count: 0 })
    })
  })

  describe('the lists', () => {
    it('have the newest first, whole people, and the viewer’s own view of them', async () => {
      const [alice, bob, carol] = [await enter(stage()), await enter(stage()), await enter(stage())]
      await succeed(change(alice, bob))
      await succeed(change(alice, carol))
      await succeed(change(carol, bob))
      expectEach(await list('follow', alice), user)
      expectEach(await list('follower', bob), user)
      expect(ids(await list('follow', alice))).toEqual([carol.id, bob.id])
      expect(ids(await list('follower', bob))).toEqual([carol.id, alice.id])

      const seenByCarol = await list('follow', carol, { user_id: alice.id })
      expect(seenByCarol).toMatchObject([{ id: carol.id, is_follow: false }, { id: bob.id, is_follow: true }]) // prettier-ignore
      const seenByNobody = await succeed(
        stage().client.get('/douyin/relation/follow/list/', { user_id: alice.id, token: 'nonsense' }),
      )
      expect(seenByNobody.user_list.map(({ is_follow: follows }) => follows)).toEqual([false, false])
    })

    it('are empty for nobody', async () => {
      for (const kind of ['follow', 'follower', 'friend']) {
        expect((await succeed(stage().client.get(`/douyin/relation/${kind}/list/`))).user_list).toEqual([])
      }
    })
  })

  describe('friends', () => {
    it('are those who follow each other, by the newest message, with it and which way it went', async () => {
      const [alice, bob, carol, dave] = await Promise.all([0, 1, 2, 3].map(() => enter(stage())))
      if (!alice || !bob || !carol || !dave) throw new Error('somebody did not come')
      await befriend(alice, bob)
      await befriend(alice, carol)
      await befriend(alice, dave)
      await succeed(change(alice, await enter(stage())))
      await say(bob, alice, 'from bob')
      await say(alice, carol, 'to carol')

      const friends = await list('friend', alice)
      expectEach(friends, friend)
      expect(friends).toMatchObject([
        { id: carol.id, message: 'to carol', msgType: 1, msg_type: 1, is_follow: true },
        { id: bob.id, message: 'from bob', msgType: 0, msg_type: 0 },
        { id: dave.id, message: '', msgType: 0, msg_type: 0 },
      ])
      expect(await list('friend', carol)).toMatchObject([{ id: alice.id, message: 'to carol', msgType: 0 }])

      await say(bob, alice, 'again')
      expect(ids(await list('friend', alice, { user_id: alice.id }))).toEqual([bob.id, carol.id, dave.id])
      await succeed(change(bob, alice, 2))
      expect(ids(await list('friend', alice))).toEqual([carol.id, dave.id])
    })

    it('of somebody else are shown without any message', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      await befriend(alice, bob)
      await say(alice, bob, 'between us')
      const carol = await enter(stage())
      await say(carol, bob, 'between carol and bob')
      const friends = await list('friend', carol, { user_id: alice.id })
      expectEach(friends, friend)
      expect(friends).toMatchObject([{ id: bob.id, message: '', msgType: 0, msg_type: 0 }])
      const query = { user_id: alice.id }
      const seenByNobody = await succeed(stage().client.get('/douyin/relation/friend/list/', query))
      expect(seenByNobody.user_list).toMatchObject([{ id: bob.id, message: '' }])
    })
  })
}
