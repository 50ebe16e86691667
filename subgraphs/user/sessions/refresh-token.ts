import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'
import { signingKey, type TokenKeys } from '../../../platform/auth/access-token.ts'

/** The claims of a refresh token: its session, and its generation (how many tokens preceded it). */
export interface RefreshToken {
  readonly sessionId: string
  readonly generation: number
}

const form = /^(.{1,200})\.([1-9]\d{0,15})\.(\d{1,9})\.([\w-]{43})$/

/**
 * Signs a refresh token. The same session and generation always give the same text, so it can be returned again without being
 * stored.
 */
export function signRefreshToken(keys: TokenKeys, { sessionId, generation }: RefreshToken): string {
  const [keyId, key] = signingKey(keys)
  const claims = `${keyId}.${sessionId}.${generation}`
  return `${claims}.${signature(key, claims)}`
}

/** The claims of a refresh token that one of the keys signed; null for any other text. */
export function verifyRefreshToken(keys: TokenKeys, token: string): RefreshToken | null {
  const [, keyId = '', sessionId = '', generation = '', given = ''] = form.exec(token) ?? []
  const key = keys.get(keyId)
  if (key === undefined) return null
  const expected = signature(key, `${keyId}.${sessionId}.${generation}`)
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return null
  return { sessionId, generation: Number(generation) }
}

/** The prefix of the signed text differs from that of access tokens, so neither is accepted as the other. */
function signature(key: KeyObject, claims: string): string {
  return createHmac('sha256', key).update(`refresh ${claims}`).digest('base64url')
}
