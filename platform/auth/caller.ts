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
  changedLately: z.boolean().optional(),
  hasInvalidToken: z.boolean().optional(),
})

/**
 * Who is calling, as the gateway vouches for it: `viewer` is null for anonymous callers, `origin` is the address that
 * the client used for this system (`http://host:port`), for absolute URLs in answers. Who `changedLately` something must
 * be shown nothing that was kept from before. Who `hasInvalidToken` is anonymous, and took himself to be signed in.
 */
export type Caller = Readonly<z.output<typeof caller>>

/**
 * After which moment, of `performance.now()`, everything must have been read that a caller is shown: whoever wrote something
 * a moment ago, perhaps through another process, is shown nothing from before this call.
 */
export function notBefore({ changedLately }: Pick<Caller, 'changedLately'>): number {
  return changedLately ? performance.now() : -Infinity
}

/** The signed-in person of a call. */
export type Viewer = NonNullable<Caller['viewer']>

/** The header that carries a signed caller from the gateway to a subgraph. */
export const callerHeader = 'x-caller'

/** Time for one hop, and for clocks that do not quite agree. */
const lifetimeMs = 10_000

/** Signs a caller for one hop to a subgraph; valid for seconds. */
export function signCaller(secret: string, identity: Caller, now = Date.now()): string {
  const payload = Buffer.from(JSON.stringify({ ...identity, expiresAt: now + lifetimeMs })).toString('base64url')
  return `${payload}.${signature(secret, payload)}`
}

/**
 * Reads a signed caller; null when it was forged, tampered with or is too old.
 *
 * @param onLate hears by how many milliseconds one that is genuine was signed in the past, by this clock, when that is too
 * long: no hop takes so long, so the clocks of the two parts disagree.
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

/** Says in the log, once a minute at most, by how much the clock of the part that calls differs from this one. */
export function warnOfClocks(log: Pick<Logger, 'error'>, byMs: number): void {
  if (performance.now() - saidAt < sayAgainMs) return
  saidAt = performance.now()
  const seconds = (byMs / 1_000).toFixed(1)
  log.error(
    { differenceMs: byMs },
    `the clock of this part is ${seconds} s ahead of the one that calls: its calls are refused until both agree (NTP)`,
  )
}

/**
 * The signed-in person of a call.
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
 * @throws Forbidden for everybody else who is none.
 */
export function requireAdmin(identity: Pick<Caller, 'viewer'>): Viewer {
  const viewer = requireViewer(identity)
  if (viewer.role !== 'ADMIN') {
    throw new Forbidden({ en: 'Only an administrator can do that.', zh: '仅管理员可以执行此操作。' })
  }
  return viewer
}

function signature(secret: string, payload: string): string {
  return createHmac('sha256', secret).update(payload).digest('base64url')
}
