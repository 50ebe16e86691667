import { expect, it } from 'vitest'
import { ClientError } from './errors.ts'
import { createSession, memoryStore, type Tokens } from './session.ts'

const tokens = (name: string): Tokens => ({
  accessToken: `access ${name}`,
  refreshToken: `refresh ${name}`,
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  user: { id: '1', name: 'alice' },
})

const refused = (): ClientError => new ClientError('UNAUTHENTICATED', 'The refresh token is invalid.', [])

it('goes on with exchanged tokens for those whose token was refused during the exchange', async () => {
  const store = memoryStore()
  let refreshes = 0
  const session = createSession(store, () => {
    refreshes++
    return Promise.reject(refused())
  })
  session.begin(tokens('old'))
  let answer: (next: Tokens) => void = () => undefined
  const sent: (string | null)[] = []
  const exchanged = session.exchange((token) => {
    sent.push(token)
    return new Promise((resolve) => (answer = resolve))
  })
  await expect.poll(() => sent).toEqual(['access old'])
  // A socket of the old session is closed before the answer comes.
  const replaced = session.replaceToken('access old')
  answer(tokens('new'))
  expect(await replaced).toBe('access new')
  expect(await exchanged).toMatchObject({ accessToken: 'access new' })
  expect(await session.replaceToken('access old')).toBe('access new')
  expect([store.read()?.accessToken, refreshes]).toEqual(['access new', 0])
})

it('keeps its tokens when an exchange fails', async () => {
  const store = memoryStore()
  const session = createSession(store, () => Promise.resolve(tokens('refreshed')))
  session.begin(tokens('old'))
  await expect(session.exchange(() => Promise.reject(refused()))).rejects.toThrow('invalid')
  expect(store.read()?.accessToken).toBe('access old')
  expect(await session.replaceToken('access old')).toBe('access refreshed')
})

it('does not end a session that has begun while an earlier one could not be refreshed', async () => {
  const store = memoryStore()
  let fail: (error: Error) => void = () => undefined
  const session = createSession(store, () => new Promise((_, reject) => (fail = reject)))
  session.begin(tokens('old'))
  const replaced = session.replaceToken('access old')
  session.begin(tokens('new'))
  fail(refused())
  expect(await replaced).toBe('access new')
  expect(store.read()?.accessToken).toBe('access new')
})
