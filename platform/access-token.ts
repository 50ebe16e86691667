import jwt from 'jsonwebtoken'
import { WrongSetting } from './environment.ts'

/** What an access token says: whose it is, and of which session. Validity is decided by the session. */
export interface AccessTokenClaims {
  readonly userId: string
  readonly sessionId: string
}

/** Secrets by key id. The first signs; all verify, so that a secret can be replaced while tokens live. */
export type AccessTokenKeys = ReadonlyMap<string, string>

/**
 * Reads `kid:secret,kid:secret`; the first is the one that signs.
 *
 * @throws WrongSetting when a pair is malformed, a secret has under 32 characters or a kid comes twice.
 */
export function parseAccessTokenKeys(setting: string): AccessTokenKeys {
  const keys = new Map<string, string>()
  for (const pair of setting.split(',')) {
    const [keyId, ...rest] = pair.trim().split(':')
    const secret = rest.join(':')
    if (!keyId || secret.length < 32 || keys.has(keyId)) {
      throw new WrongSetting(
        'Wrong setting: ACCESS_TOKEN_SECRETS must read kid:secret[,kid:secret], each kid once and each secret with 32 characters or more',
      )
    }
    keys.set(keyId, secret)
  }
  return keys
}

/** Signs an access token (JWT, HS256, RFC 7519) with the first key, naming it in the header. */
export function signAccessToken(keys: AccessTokenKeys, claims: AccessTokenClaims): string {
  const [first] = keys
  if (!first) throw new Error('no access token key')
  const [keyid, secret] = first
  return jwt.sign({ sid: claims.sessionId }, secret, { algorithm: 'HS256', keyid, subject: claims.userId })
}

/** The claims of a token that one of the keys signed; null for anything else. */
export function verifyAccessToken(keys: AccessTokenKeys, token: string): AccessTokenClaims | null {
  try {
    const keyId = jwt.decode(token, { complete: true })?.header.kid
    const secret = keyId === undefined ? undefined : keys.get(keyId)
    if (secret === undefined) return null
    const payload = jwt.verify(token, secret, { algorithms: ['HS256'] })
    if (typeof payload === 'string' || typeof payload.sub !== 'string' || typeof payload['sid'] !== 'string')
      return null
    return { userId: payload.sub, sessionId: payload['sid'] }
  } catch {
    return null
  }
}
