import { describe, expect, it } from 'vitest'
import { enter, fail, newName, profileOf, succeed, type Query, type StageProvider } from './stage.ts'
import { expectEach, user } from './shapes.ts'

const registration = '/douyin/user/register/'
const login = '/douyin/user/login/'

function credentials(username: string, password = username) {
  return { username, password }
}

/** Accounts: register, login and user. */
export function describeAccounts(stage: StageProvider): void {
  describe('register', () => {
    it('takes its parameters from the query, a form, JSON, and query and form together', async () => {
      const { client } = stage()
      const { username, password } = credentials(newName())
      const cargos = [
        { query: credentials(newName()) },
        { form: credentials(newName()) },
        { json: credentials(newName()) },
        { query: { username }, form: { password } },
      ]
      for (const cargo of cargos) {
        const body = await succeed(client.call('POST', registration, cargo))
        expect(Object.keys(body).sort()).toEqual(['status_code', 'status_msg', 'token', 'user_id'])
        expect(Number.isSafeInteger(body.user_id) && body.user_id > 0).toBe(true)
        expect(body.token.length).toBeGreaterThan(0)
      }
    })

    it('gives a name once', async () => {
      const alice = await enter(stage())
      const body = await fail(stage().client.post(registration, credentials(alice.name, 'another')))
      expect(body).toMatchObject({ user_id: 0, token: '' })
    })

    it('takes 32 characters of any script, and not 33', async () => {
      const { client } = stage()
      for (const letter of ['x', '抖', '🙂']) {
        const name = newName('').slice(1, 13) + letter.repeat(20)
        await succeed(client.post(registration, credentials(name, letter.repeat(32))))
        const alice = await succeed(client.post(login, credentials(name, letter.repeat(32))))
        expect((await profileOf({ id: alice.user_id }, stage())).name).toBe(name)

        expect(await fail(client.post(registration, credentials(`${name}x`)))).toMatchObject({ user_id: 0, token: '' })
        await fail(client.post(registration, credentials(newName(), letter.repeat(33))))
      }
    })

    it('refuses what is empty, missing or short', async () => {
      const { client } = stage()
      for (const query of [
        {},
        credentials('', 'password'),
        credentials(newName(), ''),
        credentials(newName(), '1234'),
      ]) {
        expect(await fail(client.post(registration, query))).toMatchObject({ user_id: 0, token: '' })
      }
    })

    it('gives a name to one of many who ask at once', async () => {
      const name = newName()
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => stage().client.post(registration, credentials(name))),
      )
      expect(answers.filter(({ body }) => body.status_code === 0)).toHaveLength(1)
    })
  })

  describe('login', () => {
    it('lets one person in five times at once', async () => {
      const alice = await enter(stage())
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => succeed(stage().client.post(login, credentials(alice.name)))),
      )
      for (const { user_id: userId, token } of answers) {
        expect(userId).toBe(alice.id)
        expect((await succeed(stage().client.get('/douyin/user/', { token }))).user.name).toBe(alice.name)
      }
    })

    it('does not tell an unknown name from a wrong password', async () => {
      const alice = await enter(stage())
      const wrong = await fail(stage().client.post(login, credentials(alice.name, 'wrong')))
      const unknown = await fail(stage().client.post(login, credentials(newName(), 'wrong')))
      expect(wrong).toEqual(unknown)
      expect(wrong).toMatchObject({ user_id: 0, token: '' })
    })

    it('slows down who guesses passwords, and nobody else', async () => {
      const [alice, bob] = [await enter(stage()), await enter(stage())]
      const codes: number[] = []
      while (codes.length < 20 && codes.at(-1) !== 429) {
        codes.push(
          (await fail(stage().client.post(login, credentials(alice.name, `guess ${codes.length}`)))).status_code,
        )
      }
      expect(codes.at(-1)).toBe(429)
      await succeed(stage().client.post(login, credentials(bob.name)))
    })
  })

  describe('user', () => {
    it('is the owner of the token without an id, and with the id 0', async () => {
      const alice = await enter(stage())
      const queries: Query[] = [{}, { user_id: 0 }, { user_id: '' }]
      for (const query of queries) {
        const body = await succeed(alice.get('/douyin/user/', query))
        expectEach([body.user], user)
        expect(body.user).toMatchObject({ id: alice.id, name: alice.name, is_follow: false })
      }
    })

    it('is shown to everyone by id', async () => {
      const alice = await enter(stage())
      expectEach([await profileOf(alice, stage())], user)
    })

    it('has pictures that can be fetched', async () => {
      const alice = await enter(stage())
      const { avatar, background_image: background } = await profileOf(alice, stage())
      for (const address of [avatar, background]) {
        const picture = await fetch(address)
        expect([picture.status, picture.headers.get('content-type')?.split('/')[0]]).toEqual([200, 'image'])
      }
    })

    it('is a failure with a neutral object when unknown, or when there is neither id nor token', async () => {
      const queries: Query[] = [{ user_id: 1 }, { user_id: Number.MAX_SAFE_INTEGER }, {}]
      for (const query of queries) {
        const body = await fail(stage().client.get('/douyin/user/', query))
        expect(Object.keys(body.user).sort()).toEqual(Object.keys(user).sort())
        expect(body.user).toMatchObject({ id: 0, name: '', is_follow: false })
      }
    })
  })
}
