import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { isLostConnection } from '../runtime/outage.ts'
import { preparedName } from './prepared-read.ts'

/** For how long after the first lost connection others are opened again and again; later an outage is told at once. */
const graceMs = 1_500
const pausesMs = [20, 50, 100, 200]

/** A statement that changes nothing, so that it may run twice. What begins a transaction has not changed anything yet. */
const harmless = /^\s*(?:select|with|begin|start transaction)\b/i
const changing =
  /\b(?:insert|update|delete|merge|lock|for (?:no key )?update|for (?:key )?share|graphile_worker|nextval|setval|pg_notify|pg_advisory\w*|set_config)\b/i

/**
 * A pool whose statements survive a lost connection where that is safe. A connection that cannot be opened is tried again
 * for a moment, as nothing was sent. A read, or the beginning of a transaction, that was the first statement on its
 * connection is sent once more on another one. A write fails: nobody knows whether it happened.
 */
export function retryLostConnections(pool: pg.Pool): PostgresPool {
  let lostAt: number | undefined

  async function open(): Promise<pg.PoolClient> {
    for (let attempt = 0; ; attempt++) {
      try {
        const client = await pool.connect()
        lostAt = undefined
        return client
      } catch (error) {
        if (!isLostConnection(error)) throw error
        lostAt ??= performance.now()
        const pauseMs = pausesMs[Math.min(attempt, pausesMs.length - 1)] ?? 0
        if (performance.now() + pauseMs > lostAt + graceMs) throw error
        await delay(pauseMs)
      }
    }
  }

  return {
    async connect() {
      return new SteadyClient(await open(), open) as unknown as PostgresPoolClient
    },
    end: () => pool.end(),
  }
}

/** What was checked out of the pool, and what replaces it when its connection is lost before it did anything. */
class SteadyClient {
  #client: pg.PoolClient
  readonly #open: () => Promise<pg.PoolClient>
  #isFresh = true
  #isReleased = false

  constructor(client: pg.PoolClient, open: () => Promise<pg.PoolClient>) {
    this.#client = client
    this.#open = open
  }

  async query<Row>(text: string, parameters: unknown[]): Promise<PostgresQueryResult<Row>> {
    const isFirst = this.#isFresh
    this.#isFresh = false
    try {
      return await this.#send<Row>(text, parameters)
    } catch (error) {
      if (!isFirst || !isLostConnection(error) || !harmless.test(text) || changing.test(text)) throw error
      // The pool forgets a connection that comes back with an error.
      this.#isReleased = true
      this.#client.release(error as Error)
      this.#client = await this.#open()
      this.#isReleased = false
      return this.#send<Row>(text, parameters)
    }
  }

  release(): void {
    if (!this.#isReleased) this.#client.release()
  }

  async #send<Row>(text: string, parameters: unknown[]): Promise<PostgresQueryResult<Row>> {
    const name = preparedName(text)
    const result =
      name === undefined
        ? await this.#client.query(text, parameters)
        : await this.#client.query({ name, text, values: parameters })
    return result as unknown as PostgresQueryResult<Row>
  }
}
