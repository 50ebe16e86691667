import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../runtime/logger.ts'
import { openConnection, type DatabaseAddress, type SingleConnection } from '../postgres/database.ts'

/** Is told what was written, by the ids of what it concerns. */
export interface ChangeListener {
  readonly forget: (ids: readonly string[]) => void
  readonly forgetAll: () => void
}

/**
 * What is written to an owner's tables, whoever writes it, told a moment after the commit. What was kept of it may be shown
 * for as long as these are current.
 */
export interface Changes {
  /** Whether everything was told that was committed until a moment ago. To be asked whenever something kept is shown. */
  isCurrent(now: number): boolean
  /** Tells a listener of all changes of a kind. */
  listen(kind: string, listener: ChangeListener): void
}

export interface ChangeOptions {
  readonly database: DatabaseAddress
  /** The Postgres schema of the owner, with its table `changes`. */
  readonly schema: string
  /** Views of other owners with the columns of that table, as `schema.view`. */
  readonly views?: readonly string[] | undefined
  /** Without it nothing is told: whatever is kept is kept by its age alone. Default true. */
  readonly hearsChanges?: boolean | undefined
  readonly log: Pick<Logger, 'warn'>
  /** Opens the connection that looks; by default one to Postgres. */
  readonly connect?: typeof openConnection
}

/** What is kept is shown when the last look, whose answer has come, was sent so many milliseconds ago at most. */
const currentMs = 400
/** The pause between two looks while somebody asks, after one that failed, and while nobody asks. */
const pausesMs = { usual: 150, afterFailure: 500, idle: 5_000 }
/** A look that is not answered so soon is given up, and its connection with it. */
const timeoutMs = 2_000
/** For how long it waits at its end for the server to close the connection. */
const farewellMs = 500
/** Between two looks at most, or something may have been collected that was not seen. */
const longestGapMs = 20_000
/** Changes are collected when they were visible so long ago: longer than any gap. */
const retentionMs = 40_000
const collectionMs = 5_000
/** Of more changes than this at a time nobody wants to know each; a row has two hundred ids at most. */
const mostRows = 2_000
/** How many rows one collection deletes at most. */
const mostCollected = 50_000

/** Which transactions a look could see: all before `xmin`; none from `xmax` on; of those in between, none of `running`. */
interface Snapshot {
  readonly xmin: string
  readonly xmax: string
  readonly running: readonly string[]
}

/** A look that was answered. */
interface Look {
  readonly snapshot: Snapshot
  readonly sentAt: number
  readonly answeredAt: number
}

/**
 * Looks again and again for what has become visible since the last look: the rows of the table `changes` whose transactions
 * the snapshot of that look could not see. The triggers of the tables write them in the transaction that changes something,
 * so a change and its row become visible at the same moment.
 *
 * Why a value may be shown that was read at the moment r, while these are current at the moment n: let s be the moment at
 * which the last look was sent whose answer was told. A change that makes the value wrong became visible after r, or the
 * value would have it. If it did so before s, that look or one before it has told of it, and the value was forgotten. So the
 * value was right at s, and n - s is `currentMs` at most.
 *
 * The looks before it go back to one that was answered before r: when one of them may have missed something, because it is
 * the first one or because the last one is too long ago, everything is forgotten that was read before its answer. Nothing is
 * missed within `longestGapMs`: only what was visible `retentionMs` ago is deleted, whoever deletes it.
 *
 * A connection that breaks, stalls or comes through a pooler changes nothing of that. Each look stands for itself; without an
 * answer these are not current any more, and values are shown by their age.
 */
export function openChanges(options: ChangeOptions): Changes & AsyncDisposable {
  return options.hearsChanges === false ? noChanges : followChanges(options)
}

/** Where nothing is told. */
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
  /** From which on one is taken whose time is over; the oldest first. */
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
    // A server that was replaced by one with an older state counts its transactions anew.
    const isOther = last !== undefined && BigInt(snapshot.xmax) < BigInt(last.snapshot.xmax)
    const hasMissed = isTooLate || isOther || rows.length > mostRows
    if (hasMissed) for (const each of [...listeners.values()].flat()) each.forgetAll()
    else for (const [, kind, ids] of rows) if (kind !== null) tell(kind, ids)
    last = { snapshot, sentAt: now, answeredAt }
    hasFailed = false
    await collect(connection, last)
  }

  function tell(kind: string, ids: string | null): void {
    for (const listener of listeners.get(kind) ?? []) {
      if (ids === null) listener.forgetAll()
      else listener.forget(ids.split(','))
    }
  }

  /** Deletes what every process has seen, or has forgotten everything since. */
  async function collect(client: SingleConnection, { answeredAt }: Look): Promise<void> {
    if (answeredAt - collectedAt < collectionMs || !last) return
    collectedAt = answeredAt
    collectable.push(last)
    const old = collectable.filter((each) => answeredAt - each.answeredAt > retentionMs)
    const newest = old.at(-1)
    if (!newest) return
    collectable = collectable.slice(old.length)
    await client.query(collectOld, [newest.snapshot.xmin, mostCollected])
  }

  async function lookAndRest(): Promise<void> {
    const isDue = isAsked || performance.now() - sentAt >= pausesMs.idle
    let pauseMs = pausesMs.usual
    if (isDue) {
      isAsked = false
      try {
        await lookOnce()
      } catch (error) {
        // What is stalled would not answer to a farewell either.
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

/** Before the first look: what is older than that is told to nobody. */
const nothingYet: Pick<Snapshot, 'xmax' | 'running'> = { xmax: '18446744073709551615', running: [] }

/**
 * The rows of tables whose transactions an earlier snapshot could not see: those that began later, and those that were running.
 * A row comes in any case, because it tells the snapshot. Its parameters are the earlier `xmax`, and who was running then.
 */
function lookAt(tables: readonly string[]): string {
  const unseen = tables.flatMap((table) =>
    ['transaction_id >= $1::xid8', 'transaction_id = any ($2::xid8[])'].map(
      (condition) =>
        `(select kind, ids from ${table} where ${condition} order by transaction_id limit ${mostRows + 1})`,
    ),
  )
  return `
    select pg_current_snapshot()::text, unseen.kind, array_to_string(unseen.ids, ',')
    from (select) as always
    left join (${unseen.join(' union all ')}) as unseen on true`
}

/** In one order, and none that another process deletes already. */
const collectOld = `
  delete from changes where ctid = any (array(
    select ctid from changes where transaction_id < $1::xid8
    order by transaction_id limit $2 for update skip locked
  ))`

/** Reads what Postgres writes as `xmin:xmax:running`. */
function snapshotOf(text: string): Snapshot {
  const [xmin = '', xmax = '', running = ''] = text.split(':')
  return { xmin, xmax, running: running === '' ? [] : running.split(',') }
}
