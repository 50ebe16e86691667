import { createHmac, generateKeyPairSync } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { parseTokenKeys, signAccessToken, verifyAccessToken } from './access-token.ts'
import { WrongSetting } from '../runtime/environment.ts'

const [oldSecret, newSecret] = ['o'.repeat(32), 'n'.repeat(32)]
const keys = parseTokenKeys(`new:${newSecret},old:${oldSecret}`)
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const claims = { userId: '247309846237184', sessionId: '247309846241280' }

/** A token with the given header, signed by HMAC with our newest secret, or with another one. */
function relabelled(header: object, secret = newSecret): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode(header)}.${encode({ sub: '1', sid: '1' })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

describe('an access token', () => {
  it('tells whose it is and of which session', () => {
    expect(verifyAccessToken(keys, signAccessToken(keys, claims))).toEqual({ ...claims, expiresAtMs: null })
  })

  it('tells when it ends', () => {
    const inAnHour = new Date(Date.now() + 3_600_000)
    const expiresAtMs = Math.floor(inAnHour.getTime() / 1_000) * 1_000
    expect(verifyAccessToken(keys, signAccessToken(keys, claims, inAnHour))).toEqual({ ...claims, expiresAtMs })
    expect(verifyAccessToken(keys, signAccessToken(keys, claims, new Date(Date.now() - 1_000)))).toBeNull()
  })

  it('is signed with the first key, which its header names', () => {
    const token = signAccessToken(keys, claims)

    expect(jwt.decode(token, { complete: true })?.header).toMatchObject({ alg: 'HS256', kid: 'new' })
    expect(jwt.verify(token, newSecret)).toMatchObject({ sub: claims.userId, sid: claims.sessionId })
  })

  it('lives on while its key is still accepted, and no longer', () => {
    const token = signAccessToken(parseTokenKeys(`old:${oldSecret}`), claims)

    expect(verifyAccessToken(keys, token)).toMatchObject(claims)
    expect(verifyAccessToken(parseTokenKeys(`new:${newSecret}`), token)).toBeNull()
  })

  it.each([
    ['nothing', ''],
    ['something else', 'not.a.token'],
    ['a tampered one', signAccessToken(keys, claims).replace(/.(?=\.[^.]*$)/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['one with a wrong signature', jwt.sign({ sid: '1' }, oldSecret, { keyid: 'new', subject: '1' })],
    ['one without a signature', jwt.sign({ sid: '1' }, null, { algorithm: 'none', keyid: 'new', subject: '1' })],
    [
      'one with another algorithm',
      jwt.sign({ sid: '1' }, newSecret, { algorithm: 'HS512', keyid: 'new', subject: '1' }),
    ],
    [
      'one that an RSA key signed',
      jwt.sign({ sid: '1' }, rsa.privateKey, { algorithm: 'RS256', keyid: 'new', subject: '1' }),
    ],
    // Accepted by a verifier that takes the algorithm from the token and treats our secret as a public key (RFC 8725 §2.1).
    ['one that calls our HMAC an RSA signature', relabelled({ alg: 'RS256', typ: 'JWT', kid: 'new' })],
    ['one that calls our HMAC a lack of signature', relabelled({ alg: 'none', typ: 'JWT', kid: 'new' })],
    ['one that brings its own key', relabelled({ alg: 'HS256', kid: 'new', jwk: { kty: 'oct', k: 'AA' } }, 'A')],
    [
      'one whose key is a property of every object',
      jwt.sign({ sid: '1' }, newSecret, { keyid: '__proto__', subject: '1' }),
    ],
    ['one with an unknown key', jwt.sign({ sid: '1' }, newSecret, { keyid: 'other', subject: '1' })],
    ['one that names no key', jwt.sign({ sid: '1' }, newSecret, { subject: '1' })],
    ['one without a session', jwt.sign({}, newSecret, { keyid: 'new', subject: '1' })],
    ['one without a person', jwt.sign({ sid: '1' }, newSecret, { keyid: 'new' })],
    ['one that has expired', jwt.sign({ sid: '1' }, newSecret, { keyid: 'new', subject: '1', expiresIn: -1 })],
  ])('is not %s', (_, token) => {
    expect(verifyAccessToken(keys, token)).toBeNull()
  })
})

describe('the setting of the keys', () => {
  it('may hold any character but a comma in a secret', () => {
    const secret = `${'s'.repeat(30)}:=/`
    const read = [...parseTokenKeys(` a:${secret} , b:${oldSecret}`)]
    expect(read.map(([keyId, key]) => [keyId, key.export().toString()])).toEqual([
      ['a', secret],
      ['b', oldSecret],
    ])
  })

  it.each([
    ['is empty', ''],
    ['names no key', newSecret],
    ['has a short secret', `a:${'s'.repeat(31)}`],
    ['has a short secret in second place', `a:${newSecret},b:short`],
    ['ends with a comma', `a:${newSecret},`],
    ['names a key twice', `a:${newSecret},a:${oldSecret}`],
  ])('is refused when it %s', (_, setting) => {
    expect(() => parseTokenKeys(setting)).toThrow(WrongSetting)
  })
})
