import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { isLostConnection } from '../runtime/outage.ts'
import { preparedName } from './prepared-read.ts'

/** For how long after the first lost connection new ones are tried; after that an outage is reported at once. */
const graceMs = 1_500
const pausesMs = [20, 50, 100, 200]

/** Statements that change nothing and may run twice. A statement that begins a transaction has not changed anything yet. */
const harmless = /^\s*(?:select|with|begin|start transaction)\b/i
const changing =
  /\b(?:insert|update|delete|merge|lock|for (?:no key )?update|for (?:key )?share|graphile_worker|nextval|setval|pg_notify|pg_advisory\w*|set_config)\b/i

/**
 * A pool that retries after lost connections where this is safe. Opening a connection is retried for a moment because nothing
 * has been sent. A read, or the beginning of a transaction, is repeated on another connection if it was the first statement on
 * its connection. A write fails, because it may or may not have been executed.
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

/** A client from the pool that replaces itself when its connection is lost before it did anything. */
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
      // The pool discards a connection that is released with an error.
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
