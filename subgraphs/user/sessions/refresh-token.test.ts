import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { parseTokenKeys, signAccessToken, verifyAccessToken } from '../../../platform/auth/access-token.ts'
import { signRefreshToken, verifyRefreshToken } from './refresh-token.ts'

const [oldSecret, newSecret] = ['o'.repeat(32), 'n'.repeat(32)]
const before = parseTokenKeys(`2025.old:${oldSecret}`)
const keys = parseTokenKeys(`new:${newSecret},2025.old:${oldSecret}`)
const after = parseTokenKeys(`new:${newSecret}`)
const token = { sessionId: '247309846241280', generation: 7 }

it('says which session it is of and which generation, and always in the same words', () => {
  expect(verifyRefreshToken(keys, signRefreshToken(keys, token))).toEqual(token)
  expect(signRefreshToken(keys, token)).toBe(signRefreshToken(keys, token))
})

it('lives on while its key is accepted, and no longer', () => {
  const signed = signRefreshToken(before, token)
  expect(verifyRefreshToken(keys, signed)).toEqual(token)
  expect(verifyRefreshToken(after, signed)).toBeNull()
})

it('is never an access token, nor the other way round', () => {
  const accessToken = signAccessToken(keys, { userId: '1', sessionId: token.sessionId })
  expect(verifyRefreshToken(keys, accessToken)).toBeNull()
  expect(verifyAccessToken(keys, signRefreshToken(keys, token))).toBeNull()
})

const [claims = '', signature = ''] = /^(.*)\.([^.]*)$/.exec(signRefreshToken(keys, token))?.slice(1) ?? []
const mac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('base64url')
it.each([
  ['empty', ''],
  ['nonsense', 'a.b.c.d'],
  ['unsigned', claims],
  ['signed with nothing', `${claims}.`],
  ['of a later generation', `${claims.replace(/7$/, '8')}.${signature}`],
  ['of another session', `${claims.replace('2473', '2474')}.${signature}`],
  ['of another key', `${claims.replace('new', '2025.old')}.${signature}`],
  ['of an unknown key', `${claims.replace('new', 'x')}.${signature}`],
  ['signed with a stranger’s secret', `${claims}.${mac('s'.repeat(32), `refresh ${claims}`)}`],
  ['signed for something else', `${claims}.${mac(newSecret, claims)}`],
  ['of a generation beyond counting', `new.1.${'9'.repeat(30)}.${signature}`],
  ['followed by something', `${claims}.${signature}\n`],
])('is nothing when it is %s', (_what, text) => {
  expect(verifyRefreshToken(keys, text)).toBeNull()
})
