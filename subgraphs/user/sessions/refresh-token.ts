import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'
import { signingKey, type TokenKeys } from '../../../platform/auth/access-token.ts'

/** What a refresh token says: of which session it is, and how many there were before it. */
export interface RefreshToken {
  readonly sessionId: string
  readonly generation: number
}

const form = /^(.{1,200})\.([1-9]\d{0,15})\.(\d{1,9})\.([\w-]{43})$/

/**
 * Signs a refresh token. The same session and generation always give the same text, so it can be answered again and need
 * not be kept.
 */
export function signRefreshToken(keys: TokenKeys, { sessionId, generation }: RefreshToken): string {
  const [keyId, key] = signingKey(keys)
  const claims = `${keyId}.${sessionId}.${generation}`
  return `${claims}.${signature(key, claims)}`
}

/** What a refresh token says that one of the keys signed; null for anything else. */
export function verifyRefreshToken(keys: TokenKeys, token: string): RefreshToken | null {
  const [, keyId = '', sessionId = '', generation = '', given = ''] = form.exec(token) ?? []
  const key = keys.get(keyId)
  if (key === undefined) return null
  const expected = signature(key, `${keyId}.${sessionId}.${generation}`)
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return null
  return { sessionId, generation: Number(generation) }
}

/** What is signed begins unlike any access token, so that neither can pass for the other. */
function signature(key: KeyObject, claims: string): string {
  return createHmac('sha256', key).update(`refresh ${claims}`).digest('base64url')
}
