import { randomUUID } from 'node:crypto'
import { sql, type QueryExecutorProvider } from 'kysely'
import { Unavailable } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'

const epochMs = Date.UTC(2025, 0, 1)
const sequences = 32
const shares = 4
const workers = 32
const leaseMs = 30_000
const heartbeatMs = 10_000
const reservationMs = 60_000

/**
 * The quarter of the id space that a generator uses. Owners that lease their workers independently have different shares, so
 * they never generate the same id.
 */
export type IdShare = 0 | 1 | 2 | 3

/**
 * 53-bit snowflakes: 41 bits of milliseconds since 2025, 5 of worker, 2 of share, 5 of sequence. The ids of one generator
 * increase strictly, even when the clock does not.
 */
export interface IdGenerator extends AsyncDisposable {
  /**
   * The next id, as decimal text.
   *
   * @throws Unavailable when the lease has expired or could not be renewed in time, because another process may hold the worker
   * number; also when the clock jumped ahead of the reserved time, until the next heartbeat.
   */
  next(): string
}

/** A worker number held by this process alone, and the milliseconds it may use: from `startMs` to `reservedUntilMs`. */
interface Lease {
  readonly worker: number
  readonly startMs: number
  readonly reservedUntilMs: number
}

/**
 * Leases a worker number from the `id_workers` table of the connection's schema and renews the lease.
 *
 * The fence is `reserved_until_ms`: no id carries a later millisecond, and the next holder starts after it. So no id is
 * repeated when a clock steps back or a holder sleeps past the end of its lease.
 *
 * @throws Unavailable when all 32 workers are taken.
 */
export async function leaseIdGenerator(db: QueryExecutorProvider, share: IdShare, log: Logger): Promise<IdGenerator> {
  const holder = randomUUID()
  let leasedAt = performance.now()
  let lease = await acquire(db, holder, Date.now())
  let lastMs = lease.startMs
  let sequence = -1
  let disposed = false

  const heartbeat = setInterval(() => void beat(), heartbeatMs)
  heartbeat.unref()

  async function beat(): Promise<void> {
    const startedAt = performance.now()
    try {
      // When the clock steps back, ids continue from the last one.
      const renewed = await renew(db, holder, lease.worker, Math.max(Date.now(), lastMs))
      if (renewed) {
        lease = renewed
      } else if (!disposed) {
        lease = await acquire(db, holder, Math.max(Date.now(), lastMs))
        // Go on to the next millisecond, because the new worker number may be lower than the old one.
        lastMs = Math.max(lease.startMs, lastMs + 1)
        sequence = -1
      }
      leasedAt = startedAt
    } catch (error) {
      log.warn({ err: error }, 'could not renew the lease of the id generator')
    }
  }

  return {
    next() {
      let ms = Math.max(Date.now(), lastMs)
      let number = ms > lastMs ? 0 : sequence + 1
      if (number === sequences) {
        ms += 1
        number = 0
      }
      const isLeased = !disposed && performance.now() < leasedAt + leaseMs
      // Rejecting changes no state, so a clock that jumped ahead for a moment has no lasting effect.
      if (!isLeased || ms >= lease.reservedUntilMs) throw new Unavailable()
      lastMs = ms
      sequence = number
      return String((((ms - epochMs) * workers + lease.worker) * shares + share) * sequences + number)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(heartbeat)
      disposed = true
      await sql`
        update id_workers set holder = null, leased_until = '-infinity', reserved_until_ms = ${lastMs + 1}
        where worker = ${lease.worker} and holder = ${holder}`.execute(db)
    },
  }
}

async function acquire(db: QueryExecutorProvider, holder: string, earliestMs: number): Promise<Lease> {
  const { rows } = await sql<Lease>`
    update id_workers
    set holder = ${holder},
        leased_until = clock_timestamp() + ${leaseMs} * interval '1 ms',
        reserved_until_ms = greatest(reserved_until_ms, ${earliestMs}) + ${reservationMs}
    where worker = (
      select worker from id_workers where leased_until < clock_timestamp()
      order by reserved_until_ms limit 1 for update skip locked
    )
    returning worker, (reserved_until_ms - ${reservationMs})::float8 as start_ms, reserved_until_ms::float8`.execute(db)
  if (!rows[0]) throw new Unavailable()
  return rows[0]
}

async function renew(
  db: QueryExecutorProvider,
  holder: string,
  worker: number,
  nowMs: number,
): Promise<Lease | undefined> {
  const { rows } = await sql<Lease>`
    update id_workers
    set leased_until = clock_timestamp() + ${leaseMs} * interval '1 ms',
        reserved_until_ms = greatest(reserved_until_ms, ${nowMs + reservationMs})
    where worker = ${worker} and holder = ${holder}
    returning worker, 0::float8 as start_ms, reserved_until_ms::float8`.execute(db)
  return rows[0]
}
