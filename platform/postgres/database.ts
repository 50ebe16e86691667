import { Socket } from 'node:net'
import { CamelCasePlugin, Kysely, PostgresDialect, sql, type LogEvent, type RawBuilder } from 'kysely'
import pg from 'pg'
import { databaseConnections } from '../metrics/measured.ts'
import { retryLostConnections } from './lost-connections.ts'

/** Where a subgraph's data is, and as which role it is accessed. */
export interface DatabaseAddress {
  readonly url: string
  /**
   * The role for all statements; by default the role of the schema's owner. Null uses the rights of the login: on servers
   * without these roles, or when the login belongs to the owner.
   */
  readonly role?: string | null | undefined
}

export interface DatabaseOptions extends DatabaseAddress {
  /** The Postgres schema of the owner, the only one in which unqualified names are looked up. */
  readonly schema: string
  readonly poolSize: number
  /** The name under which Postgres lists the connections; by default that of the schema. */
  readonly name?: string | undefined
  /** Called after each statement; tests count statements with it. */
  readonly onQuery?: ((sql: string) => void) | undefined
  /** Called when a connection breaks, idle or in use; the pool replaces it. */
  readonly onConnectionError: (error: Error) => void
}

/** The role with the rights of a schema's owner. Roles are shared by a whole server, hence the prefix. */
export function roleOf(schema: string): string {
  return `short_video_${schema}`
}

/** Connection options that set search path and role; they are part of the startup message and cost no round trip. */
function optionsOfOwner({ schema, role = roleOf(schema) }: Pick<DatabaseOptions, 'schema' | 'role'>): string {
  return `-c search_path="${schema}"${role === null ? '' : ` -c role=${role}`}`
}

/** A connection outside of the pool. */
export interface SingleConnection {
  /** The rows of a statement, each as an array of columns. */
  query<Row extends readonly unknown[]>(text: string, values: readonly unknown[]): Promise<readonly Row[]>
  /** Closes the connection gracefully; never resolves when the server hangs. */
  end(): Promise<void>
  /** Closes the connection at once, even during a statement. */
  destroy(): void
}

/** Opens a connection as an owner. Connecting and each statement are limited to `timeoutMs` milliseconds. */
export async function openConnection(
  options: Omit<DatabaseOptions, 'onQuery' | 'poolSize' | 'onConnectionError'> & {
    readonly name: string
    readonly timeoutMs: number
  },
): Promise<SingleConnection> {
  const { timeoutMs } = options
  // A socket of our own, because pg offers no way to close a connection that hangs.
  const socket = new Socket()
  const client = new pg.Client({
    connectionString: options.url,
    options: `${optionsOfOwner(options)} -c statement_timeout=${timeoutMs}`,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    application_name: options.name,
    stream: () => socket,
  })
  // The statement in progress fails by itself; a lost idle connection is noticed by the next statement.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    socket.destroy()
    throw error
  }
  return {
    async query<Row extends readonly unknown[]>(text: string, values: readonly unknown[]) {
      const { rows } = await client.query<unknown[]>({ text, values: [...values], rowMode: 'array' })
      return rows as unknown as readonly Row[]
    },
    end: () => client.end(),
    destroy: () => socket.destroy(),
  }
}

/**
 * Opens a connection pool with the search path and the rights of one owner.
 *
 * Bitmap scans are off because every list is read in index order, one page at a time. The planner only knows the average number
 * of rows per key and would sometimes collect and sort all rows of a busy key instead.
 */
export function openPool(options: Omit<DatabaseOptions, 'onQuery'>): pg.Pool {
  const { schema, name = schema } = options
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    options: `${optionsOfOwner(options)} -c statement_timeout=10000 -c enable_bitmapscan=off`,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    application_name: name,
  })
  listenForLostConnections(pool, options.onConnectionError)
  watchPool(pool, name)
  return pool
}

/** Shows how busy a pool is, until it has ended. */
function watchPool(pool: pg.Pool, name: string): void {
  const watched = [
    databaseConnections.watch({ pool: name, state: 'busy' }, () => pool.totalCount - pool.idleCount),
    databaseConnections.watch({ pool: name, state: 'idle' }, () => pool.idleCount),
    databaseConnections.watch({ pool: name, state: 'awaited' }, () => pool.waitingCount),
  ]
  const end = pool.end.bind(pool)
  pool.end = async () => {
    for (const each of watched) each[Symbol.dispose]()
    await end()
  }
}

/**
 * Reports connections that break, also while in use: an `error` event without a listener would end the process. The statement
 * in progress fails by itself.
 */
export function listenForLostConnections(pool: pg.Pool, onLost: (error: Error) => void): void {
  pool.on('connect', (client) => client.on('error', onLost))
  // Idle connections: their own listener has already reported the error.
  pool.on('error', () => undefined)
}

/** Opens a pool on one owner's tables. snake_case in SQL becomes camelCase here, int8 is text, timestamptz is Date. */
export function openDatabase<Tables>(options: DatabaseOptions): Kysely<Tables> {
  const pool = openPool(options)
  const { onQuery } = options
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: retryLostConnections(pool) }),
    plugins: [new CamelCaseColumns()],
    ...(onQuery && { log: (event: LogEvent) => onQuery(event.query.sql) }),
  })
}

/** Kysely's own plugin searches every value of every row for nested objects; there are none here. */
class CamelCaseColumns extends CamelCasePlugin {
  readonly #names = new Map<string, string>()

  protected override mapRow(row: Record<string, unknown>): Record<string, unknown> {
    const mapped: Record<string, unknown> = {}
    for (const column in row) {
      let name = this.#names.get(column)
      if (name === undefined) this.#names.set(column, (name = this.camelCase(column)))
      mapped[name] = row[column]
    }
    return mapped
  }
}

/**
 * A list of ids for conditions such as `where id = any(…)`: a single parameter for any number of ids, sent as text, which costs
 * a fraction of an array.
 */
export function anyOf(ids: readonly string[]): RawBuilder<string> {
  return sql`any(${idArray(ids)}::bigint[])`
}

/** Ids as a Postgres array literal. */
export function idArray(ids: readonly (string | number)[]): string {
  return `{${ids.join(',')}}`
}

/**
 * Aggregates a column of all rows into one text for `listIn`: parsing a row costs as much as parsing ten numbers. All columns
 * of one statement have the same order. Values must not be null or contain commas.
 */
export function textOf<Column extends string>(column: Column) {
  return sql<string | null>`string_agg(${sql.ref(column)}::text, ',')`.as(column)
}

/** The values of a column that was selected by `textOf`. */
export function listIn(text: string | null | undefined): string[] {
  return text?.split(',') ?? []
}

export function violates(error: unknown, constraint: string): boolean {
  return error instanceof pg.DatabaseError && error.constraint === constraint
}

/** Whether a statement failed only because of concurrent ones and may be retried (deadlock, serialization failure). */
export function isRetryable(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40P01' || error.code === '40001')
}

/** Whether a statement failed because of its values (SQLSTATE classes 22 and 23), so that it may succeed with others. */
export function concernsData(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '')
}
