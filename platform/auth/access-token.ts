import { createSecretKey, type KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { WrongSetting } from '../runtime/environment.ts'

/** The claims of an access token: its user and its session. The session decides whether the token is still valid. */
export interface AccessTokenClaims {
  readonly userId: string
  readonly sessionId: string
}

/** A verified access token. */
export interface AccessToken extends AccessTokenClaims {
  /** When the token expires, in milliseconds since 1970; null when it lasts as long as its session. */
  readonly expiresAtMs: number | null
}

/**
 * Keys by id. The first one signs and all of them verify, so a secret can be replaced while tokens are in use. The keys are
 * created once because jsonwebtoken first tries to parse a secret given as text as a public key, which costs about 1 ms per
 * token.
 */
export type TokenKeys = ReadonlyMap<string, KeyObject>

/**
 * Parses `kid:secret,kid:secret`; the first key signs.
 *
 * @throws WrongSetting when a pair is malformed, a secret is shorter than 32 characters or a kid is repeated.
 */
export function parseTokenKeys(setting: string): TokenKeys {
  const keys = new Map<string, KeyObject>()
  for (const pair of setting.split(',')) {
    const [keyId, ...rest] = pair.trim().split(':')
    const secret = rest.join(':')
    if (!keyId || secret.length < 32 || keys.has(keyId)) {
      throw new WrongSetting(
        'Wrong setting: ACCESS_TOKEN_SECRETS must have the form kid:secret[,kid:secret], with unique kids and secrets of at least 32 characters',
      )
    }
    keys.set(keyId, createSecretKey(secret, 'utf8'))
  }
  return keys
}

/**
 * The signing key: the first one.
 *
 * @throws when the map is empty.
 */
export function signingKey(keys: TokenKeys): readonly [keyId: string, key: KeyObject] {
  const [first] = keys
  if (!first) throw new Error('no access token key')
  return first
}

/**
 * Signs an access token (JWT, HS256, RFC 7519); the header names the key.
 *
 * @param expiresAt the expiry time, to the second; null makes the token last as long as its session.
 */
export function signAccessToken(
  keys: TokenKeys,
  { userId, sessionId }: AccessTokenClaims,
  expiresAt: Date | null = null,
): string {
  const [keyid, key] = signingKey(keys)
  const claims = { sid: sessionId, ...(expiresAt && { exp: Math.floor(expiresAt.getTime() / 1_000) }) }
  return jwt.sign(claims, key, { algorithm: 'HS256', keyid, subject: userId })
}

/** Longer than any token we sign; longer ones are rejected without parsing. */
const maxCharacters = 1_000

/** The claims of a token that one of the keys signed and that has not expired; null for any other text. */
export function verifyAccessToken(keys: TokenKeys, token: string): AccessToken | null {
  if (token.length > maxCharacters) return null
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
