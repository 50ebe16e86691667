import { describe, expect, it } from 'vitest'
import { NotFound, Unauthenticated } from '../../platform/errors.ts'
import { anonymous } from '../../testing/callers.ts'
import { alice, asked, presented, restAlice, shown } from '../../testing/rest-endpoints.ts'
import { login, profile, register } from './users.ts'

describe('users', () => {
  it('register and log in', () => {
    const session = { accessToken: 'a-token', user: { id: '7' } }
    const given = { username: 'alice', password: 'secret' }
    expect(asked(register, given)).toEqual(['Register', { name: 'alice', password: 'secret' }])
    expect(asked(login)).toEqual(['Login', { name: '', password: '' }])
    expect(presented(register, given, 'Register', { register: session })).toEqual({ user_id: 7, token: 'a-token' })
    expect(presented(login, given, 'Login', { login: session })).toEqual({ user_id: 7, token: 'a-token' })
  })

  it('are looked up by id, or by the token without one', async () => {
    const anybody = {
      UserCards: ({ userIds }: { readonly userIds: string | readonly string[] }) => ({
        users: [userIds].flat().map((id) => ({ ...alice, id })),
      }),
    }
    expect(await shown(profile, { user_id: alice.id }, {})).toEqual({ user: restAlice })
    expect(await shown(profile, { user_id: 5 }, anybody)).toMatchObject({ user: { id: 5, name: 'alice' } })
    expect(await shown(profile, { user_id: 0 }, anybody)).toMatchObject({ user: { id: 7 } })
    expect(await shown(profile, {}, anybody)).toMatchObject({ user: { id: 7 } })
    await expect(shown(profile, { user_id: 5 }, {})).rejects.toThrow(NotFound)
    await expect(shown(profile, {}, {}, { ...anonymous, token: null })).rejects.toThrow(Unauthenticated)
  })
})
