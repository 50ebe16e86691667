import { z } from 'zod'
import { BadUserInput } from '../../platform/runtime/errors.ts'
import { eventOwners, type Positions } from './event.ts'

/** Longer than any cursor that is given away. */
const longest = 16 * 1024

const content = z.object({
  at: z.number(),
  ...Object.fromEntries(eventOwners.map((owner) => [owner, z.string().nullable().default(null)])),
})

/** Where a client goes on, and when that was told, in epoch milliseconds. */
export interface EventCursor {
  readonly positions: Positions
  readonly atMs: number
}

/** An opaque cursor: the snapshots up to which its owner has read everything. */
export function encodeEventCursor(positions: Positions, atMs = Date.now()): string {
  return Buffer.from(JSON.stringify({ at: atMs, ...positions })).toString('base64url')
}

/** @throws BadUserInput when it is none of ours. */
export function decodeEventCursor(cursor: string): EventCursor {
  const { data } = content.safeParse(cursor.length > longest ? null : parsed(cursor))
  if (!data) throw new BadUserInput({ en: 'Invalid cursor.', zh: '无效的翻页游标。' })
  const { at, ...positions } = data
  return { positions: positions as unknown as Positions, atMs: at }
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return null
  }
}
