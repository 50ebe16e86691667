import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../runtime/logger.ts'
import { openConnection, type DatabaseAddress, type SingleConnection } from '../postgres/database.ts'

/** Called with the ids of changed objects. */
export interface ChangeListener {
  readonly forget: (ids: readonly string[]) => void
  readonly forgetAll: () => void
}

/**
 * Change data capture for an owner's tables: changes by any process are reported shortly after their commit. Cached values may
 * be used as long as this is current.
 */
export interface Changes {
  /** Whether everything was reported that was committed until a moment ago. Check it whenever a cached value is used. */
  isCurrent(now: number): boolean
  /** Reports all changes of a kind to a listener. */
  listen(kind: string, listener: ChangeListener): void
}

export interface ChangeOptions {
  readonly database: DatabaseAddress
  /** The Postgres schema of the owner, with its table `changes`. */
  readonly schema: string
  /** Views of other owners with the columns of that table, as `schema.view`. */
  readonly views?: readonly string[] | undefined
  /** Without it nothing is reported, and cached values only expire by their TTL. Default true. */
  readonly listensForChanges?: boolean | undefined
  readonly log: Pick<Logger, 'warn'>
  /** Opens the connection that looks; by default one to Postgres. */
  readonly connect?: typeof openConnection
}

/** Cached values are used if the latest answered poll was sent at most this many milliseconds ago. */
const currentMs = 400
/** The pause between two polls while the cache is used, after a failure, and while it is idle. */
const pausesMs = { usual: 150, afterFailure: 500, idle: 5_000 }
/** After this time a poll is abandoned, and its connection closed. */
const timeoutMs = 2_000
/** How long to wait for the server to close the connection. */
const farewellMs = 500
/** The maximum time between two polls; after a longer one, changes may have been deleted unseen. */
const longestGapMs = 20_000
/** Changes are deleted when they have been visible for this long, which is longer than any gap. */
const retentionMs = 40_000
const collectionMs = 5_000
/** With more changes than this at a time, everything is invalidated instead; a row has at most two hundred ids. */
const maxRows = 2_000
/** The maximum number of rows that one collection deletes. */
const maxCollected = 50_000

/** The transactions visible to a poll: all before `xmin`, none from `xmax` on, and none of `running` in between. */
interface Snapshot {
  readonly xmin: string
  readonly xmax: string
  readonly running: readonly string[]
}

/** An answered poll. */
interface Look {
  readonly snapshot: Snapshot
  readonly sentAt: number
  readonly answeredAt: number
}

/**
 * Polls for what has become visible since the last poll: the rows of the table `changes` whose transactions the snapshot of
 * that poll could not see. Triggers write them in the same transaction as the change, so both become visible at the same time.
 *
 * Why a value read at time r may be used at time n while this is current: let s be the time at which the latest reported poll
 * was sent. A change that makes the value wrong became visible after r, or the value would include it. If it became visible
 * before s, that poll or an earlier one has reported it, and the value was invalidated. The value was therefore correct at s,
 * and n - s is at most `currentMs`.
 *
 * The earlier polls go back to one that was answered before r: when a poll may have missed changes, because it is the first one
 * or the last one is too long ago, everything is invalidated that was read before its answer. Nothing is missed within
 * `longestGapMs`, because changes are only deleted when they have been visible for `retentionMs`, by whichever process.
 *
 * Connections that break, hang or go through a pooler do not affect this. Each poll is independent; without an answer this is
 * no longer current, and cached values expire by their TTL.
 */
export function openChanges(options: ChangeOptions): Changes & AsyncDisposable {
  return options.listensForChanges === false ? noChanges : followChanges(options)
}

/** For owners without change tracking. */
export const noChanges: Changes & AsyncDisposable = {
  isCurrent: () => false,
  listen: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
}

function followChanges(options: ChangeOptions): Changes & AsyncDisposable {
  const listeners = new Map<string, ChangeListener[]>()
  const look = lookAt(['changes', ...(options.views ?? [])])
  let connection: SingleConnection | undefined
  let last: Look | undefined
  /** Polls from which on one is chosen whose retention is over; oldest first. */
  let collectable: Look[] = []
  let collectedAt = -Infinity
  let sentAt = -Infinity
  let isAsked = false
  let hasFailed = false
  let isDisposed = false
  let timer: NodeJS.Timeout | undefined
  let current: Promise<void> = Promise.resolve()

  async function lookOnce(): Promise<void> {
    const now = performance.now()
    sentAt = now
    const { database, schema, connect = openConnection } = options
    connection ??= await connect({ ...database, schema, name: `${schema} changes`, timeoutMs })
    const { xmax, running } = last?.snapshot ?? nothingYet
    const rows = await connection.query<[snapshot: string, kind: string | null, ids: string | null]>(look, [
      xmax,
      `{${running.join(',')}}`,
    ])
    const answeredAt = performance.now()
    const snapshot = snapshotOf(rows[0]?.[0] ?? '')
    const isTooLate = last === undefined || answeredAt - last.sentAt > longestGapMs
    // A server that was replaced by one with an older state has lower transaction ids.
    const isOther = last !== undefined && BigInt(snapshot.xmax) < BigInt(last.snapshot.xmax)
    const hasMissed = isTooLate || isOther || rows.length > maxRows
    if (hasMissed) for (const each of [...listeners.values()].flat()) each.forgetAll()
    else for (const [, kind, ids] of rows) if (kind !== null) report(kind, ids)
    last = { snapshot, sentAt: now, answeredAt }
    hasFailed = false
    await collect(connection, last)
  }

  function report(kind: string, ids: string | null): void {
    for (const listener of listeners.get(kind) ?? []) {
      if (ids === null) listener.forgetAll()
      else listener.forget(ids.split(','))
    }
  }

  /** Deletes what every process has seen, or has cleared its caches since. */
  async function collect(client: SingleConnection, { answeredAt }: Look): Promise<void> {
    if (answeredAt - collectedAt < collectionMs || !last) return
    collectedAt = answeredAt
    collectable.push(last)
    const old = collectable.filter((each) => answeredAt - each.answeredAt > retentionMs)
    const newest = old.at(-1)
    if (!newest) return
    collectable = collectable.slice(old.length)
    await client.query(collectOld, [newest.snapshot.xmin, maxCollected])
  }

  async function lookAndRest(): Promise<void> {
    const isDue = isAsked || performance.now() - sentAt >= pausesMs.idle
    let pauseMs = pausesMs.usual
    if (isDue) {
      isAsked = false
      try {
        await lookOnce()
      } catch (error) {
        // A connection that hangs would not answer a graceful close either.
        connection?.destroy()
        connection = undefined
        if (!hasFailed) options.log.warn({ err: error }, 'the change log cannot be read; cached values expire by age')
        hasFailed = true
        pauseMs = pausesMs.afterFailure
      }
    }
    schedule(pauseMs)
  }

  function schedule(pauseMs: number): void {
    if (isDisposed) return
    timer = setTimeout(() => void (current = lookAndRest()), pauseMs)
    timer.unref()
  }
  schedule(0)

  return {
    isCurrent(now) {
      isAsked = true
      return last !== undefined && now - last.sentAt < currentMs
    },
    listen(kind, listener) {
      listeners.set(kind, [...(listeners.get(kind) ?? []), listener])
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true
      clearTimeout(timer)
      await current
      last = undefined
      if (!connection) return
      const ended = connection.end().catch(() => undefined)
      await Promise.race([ended, delay(farewellMs, undefined, { ref: false })])
      connection.destroy()
    },
  }
}

/** Before the first poll: nothing older is reported. */
const nothingYet: Pick<Snapshot, 'xmax' | 'running'> = { xmax: '18446744073709551615', running: [] }

/**
 * The rows of tables whose transactions an earlier snapshot could not see: those that began later, and those that were running.
 * At least one row is returned, because it contains the new snapshot. The parameters are the earlier `xmax` and `running`.
 */
function lookAt(tables: readonly string[]): string {
  const unseen = tables.flatMap((table) =>
    ['transaction_id >= $1::xid8', 'transaction_id = any ($2::xid8[])'].map(
      (condition) => `(select kind, ids from ${table} where ${condition} order by transaction_id limit ${maxRows + 1})`,
    ),
  )
  return `
    select pg_current_snapshot()::text, unseen.kind, array_to_string(unseen.ids, ',')
    from (select) as always
    left join (${unseen.join(' union all ')}) as unseen on true`
}

/** In a fixed order, and skipping rows that another process is deleting. */
const collectOld = `
  delete from changes where ctid = any (array(
    select ctid from changes where transaction_id < $1::xid8
    order by transaction_id limit $2 for update skip locked
  ))`

/** Parses Postgres' text form `xmin:xmax:running`. */
function snapshotOf(text: string): Snapshot {
  const [xmin = '', xmax = '', running = ''] = text.split(':')
  return { xmin, xmax, running: running === '' ? [] : running.split(',') }
}
