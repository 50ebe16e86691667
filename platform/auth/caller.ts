import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { Forbidden, Unauthenticated } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'

const caller = z.object({
  viewer: z.object({ userId: z.string(), sessionId: z.string(), role: z.literal('ADMIN').optional() }).nullable(),
  language: z.enum(['en', 'zh']),
  origin: z.string(),
  clientAddress: z.string(),
  userAgent: z.string(),
  requestId: z.string(),
  hasRecentWrites: z.boolean().optional(),
  hasInvalidToken: z.boolean().optional(),
})

/**
 * The caller of a request, as vouched for by the gateway. `viewer` is null for anonymous callers. `origin` is the address under
 * which the client called this system (`http://host:port`); absolute URLs in answers begin with it. A caller who
 * `hasRecentWrites` must not be served cached values from before those writes. A caller who `hasInvalidToken` sent a token that
 * was rejected, and is treated as anonymous.
 */
export type Caller = Readonly<z.output<typeof caller>>

/**
 * The time, on the clock of `performance.now()`, after which all data shown to a caller must have been read. Users with recent
 * writes, perhaps through another process, read nothing that was cached before this call.
 */
export function notBefore({ hasRecentWrites }: Pick<Caller, 'hasRecentWrites'>): number {
  return hasRecentWrites ? performance.now() : -Infinity
}

/** The signed-in user of a call. */
export type Viewer = NonNullable<Caller['viewer']>

export const callerHeader = 'x-caller'

/** Allows for one hop and for small differences between clocks. */
const lifetimeMs = 10_000

/** Signs a caller for one hop to a subgraph; valid for `lifetimeMs`. */
export function signCaller(secret: string, identity: Caller, now = Date.now()): string {
  const payload = Buffer.from(JSON.stringify({ ...identity, expiresAt: now + lifetimeMs })).toString('base64url')
  return `${payload}.${signature(secret, payload)}`
}

/**
 * Verifies and parses a signed caller; null when it is forged, altered or expired.
 *
 * @param onLate called when a genuine signature has expired, with its age in milliseconds by this clock. No hop takes that
 * long, so the clocks of the two processes disagree.
 */
export function verifyCaller(
  secret: string,
  signed: string,
  now = Date.now(),
  onLate?: (byMs: number) => void,
): Caller | null {
  const [payload = '', ...rest] = signed.split('.')
  const given = Buffer.from(rest.join('.'))
  const expected = Buffer.from(signature(secret, payload))
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { expiresAt: number }
  if (claims.expiresAt > now) return caller.safeParse(claims).data ?? null
  onLate?.(now - (claims.expiresAt - lifetimeMs))
  return null
}

const sayAgainMs = 60_000
let saidAt = -Infinity

/** Logs, once a minute at most, how far the clocks of the calling process and of this one are apart. */
export function warnOfClocks(log: Pick<Logger, 'error'>, byMs: number): void {
  if (performance.now() - saidAt < sayAgainMs) return
  saidAt = performance.now()
  const seconds = (byMs / 1_000).toFixed(1)
  log.error(
    { differenceMs: byMs },
    `the clock of this process is ${seconds} s ahead of the calling process: its calls are rejected until the clocks agree (use NTP)`,
  )
}

/**
 * The signed-in user of a call.
 *
 * @throws Unauthenticated for anonymous callers.
 */
export function requireViewer(identity: Pick<Caller, 'viewer'>): Viewer {
  if (!identity.viewer) throw new Unauthenticated()
  return identity.viewer
}

/**
 * The administrator who calls.
 *
 * @throws Unauthenticated for anonymous callers.
 * @throws Forbidden for users who are not administrators.
 */
export function requireAdmin(identity: Pick<Caller, 'viewer'>): Viewer {
  const viewer = requireViewer(identity)
  if (viewer.role !== 'ADMIN') {
    throw new Forbidden({ en: 'Only administrators can do this.', zh: '仅管理员可以执行此操作。' })
  }
  return viewer
}

function signature(secret: string, payload: string): string {
  return createHmac('sha256', secret).update(payload).digest('base64url')
}
