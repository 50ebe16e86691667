import { describe, expect, it } from 'vitest'
import { expectEach, message } from './shapes.ts'
import { enter, fail, succeed, type Actor, type StageProvider } from './stage.ts'

/** Messages, and the chat that polls for them. */
export function describeMessages(stage: StageProvider): void {
  function say(from: Actor, to: { readonly id: number }, content: string, actionType = 1) {
    return from.post('/douyin/message/action/', { to_user_id: to.id, action_type: actionType, content })
  }

  async function chat(viewer: Actor, other: { readonly id: number }, after?: number | string) {
    const query = { to_user_id: other.id, ...(after !== undefined && { pre_msg_time: after }) }
    return (await succeed(viewer.get('/douyin/message/chat/', query))).message_list
  }

  function texts(messages: Awaited<ReturnType<typeof chat>>): string[] {
    return messages.map(({ content }) => content)
  }

  describe('a message', () => {
    it('needs no friendship, and is there at once', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      expect(await succeed(say(alice, bob, '你好 👋'))).toEqual({ status_code: 0, status_msg: 'success' })
      for (const messages of [await chat(alice, bob), await chat(bob, alice)]) {
        expectEach(messages, message)
        expect(messages).toMatchObject([{ from_user_id: alice.id, to_user_id: bob.id, content: '你好 👋' }])
      }
    })

    it('has 1 to 1000 characters, and somebody else who receives it', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      await fail(say(alice, bob, ''))
      await fail(say(alice, bob, '信'.repeat(1001)))
      await fail(say(alice, alice, 'hello'))
      await fail(say(alice, { id: 1 }, 'hello'))
      await fail(say(alice, bob, 'hello', 2))
      await fail(stage().client.post('/douyin/message/action/', { to_user_id: bob.id, action_type: 1, content: 'x' }))
      expect(await chat(alice, bob)).toEqual([])
      await succeed(say(alice, bob, '信'.repeat(1000)))
    })
  })

  describe('a chat', () => {
    it('is whole and ascending for whatever is no moment', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      for (const [from, to, content] of [
        [alice, bob, '1'],
        [bob, alice, '2'],
        [alice, bob, '3'],
      ] as const) {
        // prettier-ignore
        await succeed(say(from, to, content))
      }
      for (const moment of [undefined, '', 0, -1, 'yesterday', 'null']) {
        const messages = await chat(alice, bob, moment)
        expect(texts(messages)).toEqual(['1', '2', '3'])
        const times = messages.map(({ create_time: time }) => time)
        expect(times).toEqual(times.toSorted((a, b) => a - b))
        expect(new Set(times).size).toBe(3)
      }
    })

    it('shows after a moment, in milliseconds or seconds, only what the other one said', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      await succeed(say(alice, bob, 'mine'))
      await succeed(say(bob, alice, 'his'))
      await succeed(say(alice, bob, 'mine again'))
      const [mine, his] = await chat(alice, bob)
      if (!mine || !his) throw new Error('the chat is empty')
      expect(texts(await chat(alice, bob, mine.create_time))).toEqual(['his'])
      expect(texts(await chat(alice, bob, Math.floor(mine.create_time / 1000) - 1))).toEqual(['his'])
      expect(texts(await chat(bob, alice, mine.create_time - 1))).toEqual(['mine', 'mine again'])
      expect(await chat(alice, bob, his.create_time)).toEqual([])
      expect(await chat(alice, bob, Date.now() + 3_600_000)).toEqual([])
    })

    it('delivers every message to a client that polls, also those of one millisecond', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      await succeed(say(bob, alice, 'hello'))
      const [hello] = await chat(alice, bob)
      const sent = Array.from({ length: 20 }, (_, index) => `message ${index}`)
      await Promise.all(sent.map((content) => succeed(say(bob, alice, content))))

      const delivered: string[] = []
      let last = hello?.create_time ?? 0
      for (let next = await chat(alice, bob, last); next.length > 0; next = await chat(alice, bob, last)) {
        // As if each poll came after one message.
        delivered.push(next[0]?.content ?? '')
        expect(next[0]?.create_time).toBeGreaterThan(last)
        last = next[0]?.create_time ?? 0
      }
      expect(delivered.toSorted()).toEqual(sent.toSorted())
    })

    it('is empty with oneself, with an unknown person, with nobody and with who said nothing', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      for (const other of [alice, bob, { id: 1 }, { id: 0 }]) {
        expect(await chat(alice, other)).toEqual([])
        expect(await chat(alice, other, 1)).toEqual([])
      }
    })

    it('is between two people, and shown to nobody else', async () => {
      const [alice, bob, carol] = [await enter(stage()), await enter(stage()), await enter(stage())]
      await succeed(say(alice, bob, 'between us'))
      expect(await chat(carol, alice)).toEqual([])
      expect(await chat(carol, bob, 1)).toEqual([])
      const { message_list: nothing } = await fail(stage().client.get('/douyin/message/chat/', { to_user_id: bob.id }))
      expect(nothing).toEqual([])
    })
  })
}
