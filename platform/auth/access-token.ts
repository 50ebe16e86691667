import { createSecretKey, type KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { WrongSetting } from '../runtime/environment.ts'

/** What an access token says: whose it is, and of which session. The session decides whether it is valid. */
export interface AccessTokenClaims {
  readonly userId: string
  readonly sessionId: string
}

/** An access token that was read. */
export interface AccessToken extends AccessTokenClaims {
  /** When it ends by itself, in milliseconds since 1970; null when it lasts as long as its session. */
  readonly expiresAtMs: number | null
}

/**
 * Keys by their id. The first signs; all verify, so that a secret can be replaced while tokens live. They are made once:
 * jsonwebtoken tries to read a secret that is a text as a public key first, which costs a millisecond for each token.
 */
export type AccessTokenKeys = ReadonlyMap<string, KeyObject>

/**
 * Reads `kid:secret,kid:secret`; the first is the one that signs.
 *
 * @throws WrongSetting when a pair is malformed, a secret has under 32 characters or a kid comes twice.
 */
export function parseAccessTokenKeys(setting: string): AccessTokenKeys {
  const keys = new Map<string, KeyObject>()
  for (const pair of setting.split(',')) {
    const [keyId, ...rest] = pair.trim().split(':')
    const secret = rest.join(':')
    if (!keyId || secret.length < 32 || keys.has(keyId)) {
      throw new WrongSetting(
        'Wrong setting: ACCESS_TOKEN_SECRETS must read kid:secret[,kid:secret], each kid once and each secret with 32 characters or more',
      )
    }
    keys.set(keyId, createSecretKey(secret, 'utf8'))
  }
  return keys
}

/**
 * The key that signs: the first.
 *
 * @throws when there is none.
 */
export function signingKey(keys: AccessTokenKeys): readonly [keyId: string, key: KeyObject] {
  const [first] = keys
  if (!first) throw new Error('no access token key')
  return first
}

/**
 * Signs an access token (JWT, HS256, RFC 7519), naming the key in its header.
 *
 * @param expiresAt the second in which it ends; null lets it last as long as its session.
 */
export function signAccessToken(
  keys: AccessTokenKeys,
  { userId, sessionId }: AccessTokenClaims,
  expiresAt: Date | null = null,
): string {
  const [keyid, key] = signingKey(keys)
  const claims = { sid: sessionId, ...(expiresAt && { exp: Math.floor(expiresAt.getTime() / 1_000) }) }
  return jwt.sign(claims, key, { algorithm: 'HS256', keyid, subject: userId })
}

/** Longer than any token that we sign; a longer one is not looked at. */
const mostCharacters = 1_000

/** What a token says that one of the keys signed and that has not ended; null for anything else. */
export function verifyAccessToken(keys: AccessTokenKeys, token: string): AccessToken | null {
  if (token.length > mostCharacters) return null
  try {
    const keyId = jwt.decode(token, { complete: true })?.header.kid
    const key = keyId === undefined ? undefined : keys.get(keyId)
    if (key === undefined) return null
    const payload = jwt.verify(token, key, { algorithms: ['HS256'] })
    if (typeof payload === 'string' || typeof payload.sub !== 'string' || typeof payload['sid'] !== 'string')
      return null
    const expiresAtMs = payload.exp === undefined ? null : payload.exp * 1_000
    return { userId: payload.sub, sessionId: payload['sid'], expiresAtMs }
  } catch {
    return null
  }
}
