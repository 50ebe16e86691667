import { Socket } from 'node:net'
import { CamelCasePlugin, Kysely, PostgresDialect, sql, type LogEvent, type RawBuilder } from 'kysely'
import pg from 'pg'
import { retryLostConnections } from './lost-connections.ts'

/** Where a subgraph's data is, and with whose rights it is used. */
export interface DatabaseAddress {
  readonly url: string
  /**
   * The role as which every statement runs; by default that of the schema's owner. Null leaves the rights of the login: where
   * the server has no such roles, or where the login is the owner's own.
   */
  readonly role?: string | null | undefined
}

/** How a subgraph uses its data, and how its queries are watched. */
export interface DatabaseOptions extends DatabaseAddress {
  /** The Postgres schema of the owner; every unqualified name is looked up there and nowhere else. */
  readonly schema: string
  readonly poolSize: number
  /** Called after each statement; tests count with it. */
  readonly onQuery?: ((sql: string) => void) | undefined
  /** Called when a connection breaks, idle or in use; the pool replaces it. */
  readonly onConnectionError: (error: Error) => void
}

/** The role that has the rights of a schema's owner. Roles belong to a whole server, so the name says to what system. */
export function roleOf(schema: string): string {
  return `short_video_${schema}`
}

/** Has a connection look for names in one schema, as a role; with its first message, so without a round trip. */
function optionsOfOwner({ schema, role = roleOf(schema) }: Pick<DatabaseOptions, 'schema' | 'role'>): string {
  return `-c search_path="${schema}"${role === null ? '' : ` -c role=${role}`}`
}

/** A connection beside the pool. */
export interface SingleConnection {
  /** The rows of a statement, each an array of its columns. */
  query<Row extends readonly unknown[]>(text: string, values: readonly unknown[]): Promise<readonly Row[]>
  /** Takes leave of the server; answers when it has closed the connection, which it does not when it is stalled. */
  end(): Promise<void>
  /** Gives the connection up, whatever is under way. */
  destroy(): void
}

/** Opens a connection as an owner whose statements, and whose opening, take no longer than a time, in milliseconds. */
export async function openConnection(
  options: Omit<DatabaseOptions, 'onQuery' | 'poolSize' | 'onConnectionError'> & {
    readonly name: string
    readonly timeoutMs: number
  },
): Promise<SingleConnection> {
  const { timeoutMs } = options
  // Of its own, because a client whose connection is stalled has no way to give it up.
  const socket = new Socket()
  const client = new pg.Client({
    connectionString: options.url,
    options: `${optionsOfOwner(options)} -c statement_timeout=${timeoutMs}`,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    application_name: options.name,
    stream: () => socket,
  })
  // The statement under way fails by itself; an idle connection that is lost is noticed by the next one.
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
 * Opens a pool of connections that look for unqualified names among one owner's tables, and have that owner's rights.
 *
 * Every list is read in the order of its index, a page at a time. The planner, who knows only how many rows a key has on
 * average, would now and then rather collect all rows of a busy key in a bitmap and sort them.
 */
export function openPool(options: Omit<DatabaseOptions, 'onQuery'>): pg.Pool {
  const { schema } = options
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    options: `${optionsOfOwner(options)} -c statement_timeout=10000 -c enable_bitmapscan=off`,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    application_name: schema,
  })
  listenForLostConnections(pool, options.onConnectionError)
  return pool
}

/**
 * Hears of connections that break, also while they are in use: an `error` that nobody listens for would end the process. The
 * statement under way fails by itself.
 */
export function listenForLostConnections(pool: pg.Pool, onLost: (error: Error) => void): void {
  pool.on('connect', (client) => client.on('error', onLost))
  // Of an idle connection, which its own listener has told of already.
  pool.on('error', () => undefined)
}

/** Opens a pool on one owner's tables; snake_case in SQL is camelCase here. int8 is text, timestamptz is Date. */
export function openDatabase<Tables>(options: DatabaseOptions): Kysely<Tables> {
  const pool = openPool(options)
  const { onQuery } = options
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: retryLostConnections(pool) }),
    plugins: [new CamelCaseColumns()],
    ...(onQuery && { log: (event: LogEvent) => onQuery(event.query.sql) }),
  })
}

/** Kysely's own plugin looks at every value of every row, for objects in them; there are none here. */
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
 * Any of some ids, for a condition such as `where id = any(…)`. They are one parameter, however many they are; as a text,
 * which costs a fraction of an array.
 */
export function anyOf(ids: readonly string[]): RawBuilder<string> {
  return sql`any(${idArray(ids)}::bigint[])`
}

/** Ids as Postgres writes an array of them. */
export function idArray(ids: readonly (string | number)[]): string {
  return `{${ids.join(',')}}`
}

/**
 * A column of all rows of a statement as one text, which `listIn` reads: a row costs its reader as much as ten numbers. All
 * columns of one statement are in the same order. For values without commas that are never null.
 */
export function textOf<Column extends string>(column: Column) {
  return sql<string | null>`string_agg(${sql.ref(column)}::text, ',')`.as(column)
}

/** The values of a column that was read by `textOf`. */
export function listIn(text: string | null | undefined): string[] {
  return text?.split(',') ?? []
}

/** Whether an error is a violation of the named constraint. */
export function violates(error: unknown, constraint: string): boolean {
  return error instanceof pg.DatabaseError && error.constraint === constraint
}

/** Whether a statement failed only because it met others, and may be tried again (deadlock, serialization failure). */
export function isRetryable(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40P01' || error.code === '40001')
}

/** Whether a statement failed because of its values (SQLSTATE classes 22 and 23), so that other values would succeed. */
export function concernsData(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '')
}
