import { describe, expect, it } from 'vitest'
import { endpoints } from '../../rest-adapter/endpoints/table.ts'
import { enter, fail, newName, profileOf, succeed, type StageProvider } from './stage.ts'

/** The encoding of calls and answers. */
export function describeWire(stage: StageProvider): void {
  describe('the wire', () => {
    it.each(endpoints.flatMap(({ method, path }) => [[method, path] as const, [method, `${path}/`] as const]))(
      'serves %s %s directly',
      async (method, path) => {
        const { httpStatus, headers, body } = await stage().client.call(method, path)
        expect(httpStatus).toBe(200)
        expect(headers['content-type']).toMatch(/^application\/json/)
        expect([typeof body.status_code, typeof body.status_msg]).toEqual(['number', 'string'])
      },
    )

    it('takes the first of two values of one name', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      const query = [
        ['to_user_id', bob.id],
        ['action_type', 1],
        ['content', 'first'],
        ['content', 'second'],
        ['token', alice.token],
      ] as const
      await succeed(stage().client.post('/douyin/message/action/', query))
      const { message_list: messages } = await alice.get('/douyin/message/chat/', { to_user_id: bob.id })
      expect(messages.map(({ content }) => content)).toEqual(['first'])
    })

    it('reads the body of a GET', async () => {
      const alice = await enter(stage())
      const form = { user_id: alice.id, token: alice.token }
      const body = await succeed(stage().client.call('GET', '/douyin/user/', { form }))
      expect(body.user.id).toBe(alice.id)
    })

    it('reads ids in exponent form, as clients write them that keep numbers as floats', async () => {
      const alice = await enter(stage())
      const body = await succeed(stage().client.get('/douyin/user/', { user_id: alice.id.toExponential() }))
      expect(body.user.id).toBe(alice.id)
    })

    it('reads numbers between blanks', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      const query = { to_user_id: ` ${bob.id} `, action_type: ' 1' }
      await succeed(alice.post('/douyin/relation/action/', query))
      expect((await profileOf(bob, alice)).is_follow).toBe(true)
    })

    it('reads the token in a header as well', async () => {
      const { client } = stage()
      const alice = await enter(stage())
      const headers = [
        ['token', alice.token],
        ['authorization', `Bearer ${alice.token}`],
      ] as const
      for (const header of headers) {
        expect(
          (await succeed(client.call('GET', '/douyin/user/', { headers: Object.fromEntries([header]) }))).user.id,
        ).toBe(alice.id)
      }
    })

    it('counts a token that is not valid as none where none is needed, and refuses it where one is', async () => {
      const { client } = stage()
      const alice = await enter(stage())
      for (const token of ['nonsense', `${alice.token}x`]) {
        await succeed(client.get('/douyin/feed/', { token }))
        await succeed(client.get('/douyin/user/', { user_id: alice.id, token }))
        await fail(client.get('/douyin/message/chat/', { to_user_id: alice.id, token }))
      }
    })

    it('refuses what is no number with a sentence, in English for those who prefer it', async () => {
      const cargo = { query: { user_id: newName() }, headers: { 'accept-language': 'en' } } as const
      const body = await fail(stage().client.call('GET', '/douyin/user/', cargo))
      expect(body.status_msg).toBe('user_id must be a whole number.')
    })
  })
}
