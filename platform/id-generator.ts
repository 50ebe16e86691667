import { randomUUID } from 'node:crypto'
import { sql, type QueryExecutorProvider } from 'kysely'
import { Unavailable } from './errors.ts'
import type { Logger } from './logger.ts'

const epochMs = Date.UTC(2025, 0, 1)
const sequences = 128
const workers = 32
const leaseMs = 30_000
const heartbeatMs = 10_000
const reservationMs = 60_000

/**
 * 53-bit snowflakes: 41 bits of milliseconds since 2025, 5 of worker, 7 of sequence. Ids of one generator strictly
 * increase, whatever the clock does.
 */
export interface IdGenerator extends AsyncDisposable {
  /**
   * The next id, as decimal text.
   *
   * @throws Unavailable when the lease could not be prolonged in time, so that another process may hold the worker.
   */
  next(): string
}

/** A worker number that only this process holds, and the milliseconds it may use: from `startMs` to `reservedUntilMs`. */
interface Lease {
  readonly worker: number
  readonly startMs: number
  readonly reservedUntilMs: number
}

/**
 * Leases a worker number from the `id_workers` table of the connection's schema and keeps the lease alive.
 *
 * The fence is `reserved_until_ms`: no id carries a later millisecond, and the next holder starts behind it. So a clock
 * that steps back, or a holder that slept through its lease, never repeats an id.
 *
 * @throws Unavailable when all 32 workers are taken.
 */
export async function leaseIdGenerator(db: QueryExecutorProvider, log: Logger): Promise<IdGenerator> {
  const holder = randomUUID()
  let lease = await acquire(db, holder)
  let validUntil = performance.now() + leaseMs
  let lastMs = lease.startMs
  let sequence = -1

  const heartbeat = setInterval(() => void beat(), heartbeatMs)
  heartbeat.unref()

  async function beat(): Promise<void> {
    const startedAt = performance.now()
    try {
      const prolonged = await prolong(db, holder, lease.worker)
      if (prolonged) {
        lease = prolonged
      } else {
        lease = await acquire(db, holder)
        lastMs = Math.max(lastMs, lease.startMs)
      }
      validUntil = startedAt + leaseMs
    } catch (error) {
      log.warn({ err: error }, 'could not prolong the lease of the id generator')
    }
  }

  return {
    next() {
      const nowMs = Math.max(Date.now(), lastMs)
      if (nowMs > lastMs) {
        lastMs = nowMs
        sequence = 0
      } else if (++sequence === sequences) {
        lastMs += 1
        sequence = 0
      }
      if (lastMs >= lease.reservedUntilMs || performance.now() >= validUntil) throw new Unavailable()
      return String(((lastMs - epochMs) * workers + lease.worker) * sequences + sequence)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(heartbeat)
      await sql`
        update id_workers set holder = null, leased_until = '-infinity', reserved_until_ms = ${lastMs + 1}
        where worker = ${lease.worker} and holder = ${holder}`.execute(db)
    },
  }
}

async function acquire(db: QueryExecutorProvider, holder: string): Promise<Lease> {
  const { rows } = await sql<Lease>`
    update id_workers
    set holder = ${holder},
        leased_until = clock_timestamp() + ${leaseMs} * interval '1 ms',
        reserved_until_ms = greatest(reserved_until_ms, ${Date.now()}) + ${reservationMs}
    where worker = (
      select worker from id_workers where leased_until < clock_timestamp()
      order by reserved_until_ms limit 1 for update skip locked
    )
    returning worker, (reserved_until_ms - ${reservationMs})::float8 as start_ms, reserved_until_ms::float8`.execute(db)
  if (!rows[0]) throw new Unavailable()
  return rows[0]
}

async function prolong(db: QueryExecutorProvider, holder: string, worker: number): Promise<Lease | undefined> {
  const { rows } = await sql<Lease>`
    update id_workers
    set leased_until = clock_timestamp() + ${leaseMs} * interval '1 ms',
        reserved_until_ms = greatest(reserved_until_ms, ${Date.now() + reservationMs})
    where worker = ${worker} and holder = ${holder}
    returning worker, 0::float8 as start_ms, reserved_until_ms::float8`.execute(db)
  return rows[0]
}
