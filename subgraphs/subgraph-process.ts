import { sql, type Kysely } from 'kysely'
import { idShares, type Owner } from '../db/ownership.ts'
import type { ReferenceResolvers } from '../platform/graphql/entities.ts'
import { createSubgraph, type Subgraph, type SubgraphParts } from '../platform/graphql/subgraph.ts'
import { openDatabase, type DatabaseAddress } from '../platform/postgres/database.ts'
import { leaseIdGenerator, type IdGenerator } from '../platform/postgres/id-generator.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import type { WordFilter } from '../platform/text/word-filter.ts'
import { readSchema } from '../schema/read-schema.ts'

/** What every subgraph is started with. */
export interface SubgraphOptions {
  readonly database: DatabaseAddress
  readonly databasePoolSize: number
  /** The filter for words that must not be published; none by default. */
  readonly sensitiveWords?: WordFilter | undefined
  /** Whether to listen for changes by other processes, which lets unchanged rows stay cached. Default true. */
  readonly hearsChanges?: boolean | undefined
  /** Called after each SQL statement; tests count with it. */
  readonly onQuery?: ((sql: string) => void) | undefined
  readonly log: Logger
}

/** What every subgraph stands on: its tables, and its share of all ids. */
export interface SubgraphGround<Tables> {
  readonly db: Kysely<Tables>
  readonly ids: IdGenerator
}

/** What a subgraph adds to that. */
export interface Wiring<Context> extends Pick<SubgraphParts<Context>, 'resolvers' | 'createContext'> {
  readonly references?: ReferenceResolvers<Context>
  /** Rejects when something beside its database is away that it cannot work without. */
  readonly checkHealth?: () => Promise<unknown>
  /** What goes on beside requests. It is ended first: what was taken on is still written before the connections close. */
  readonly works?: readonly AsyncDisposable[]
}

/**
 * Starts the subgraph of an owner: opens its database, leases its ids, wires it, and closes all of that in reverse order when it
 * is disposed, or when the wiring fails.
 */
export async function startSubgraphProcess<Tables, Context>(
  owner: Owner,
  options: SubgraphOptions,
  wire: (ground: SubgraphGround<Tables>) => Promise<Wiring<Context>> | Wiring<Context>,
): Promise<Subgraph> {
  const { log } = options
  const db = openDatabase<Tables>({
    ...options.database,
    schema: owner,
    poolSize: options.databasePoolSize,
    onQuery: options.onQuery,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  let ids: IdGenerator | undefined
  let works: readonly AsyncDisposable[] = []

  async function dispose(): Promise<void> {
    try {
      await Promise.all(works.map((work) => work[Symbol.asyncDispose]()))
    } finally {
      try {
        await ids?.[Symbol.asyncDispose]()
      } finally {
        await db.destroy()
      }
    }
  }

  try {
    ids = await leaseIdGenerator(db, idShares[owner], log)
    const wiring = await wire({ db, ids })
    works = wiring.works ?? []
    return createSubgraph<Context>({
      name: owner,
      typeDefs: readSchema(owner),
      resolvers: wiring.resolvers,
      ...(wiring.references && { references: wiring.references }),
      log,
      createContext: wiring.createContext,
      checkHealth: async () => void (await Promise.all([sql`select 1`.execute(db), wiring.checkHealth?.()])),
      dispose,
    })
  } catch (error) {
    await dispose()
    throw error
  }
}
