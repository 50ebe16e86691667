import { sql, type Kysely } from 'kysely'
import { idShares, type Owner } from '../db/ownership.ts'
import type { ReferenceResolvers } from '../platform/graphql/entities.ts'
import { createSubgraph, type Subgraph, type SubgraphParts } from '../platform/graphql/subgraph.ts'
import { openDatabase, type DatabaseAddress } from '../platform/postgres/database.ts'
import { leaseIdGenerator, type IdGenerator } from '../platform/postgres/id-generator.ts'
import type { Logger } from '../platform/runtime/logger.ts'
import type { WordFilter } from '../platform/text/word-filter.ts'
import { readSchema } from '../schema/read-schema.ts'

/** The options of every subgraph. */
export interface SubgraphOptions {
  readonly database: DatabaseAddress
  readonly databasePoolSize: number
  /** The filter for words that must not be published; none by default. */
  readonly sensitiveWords?: WordFilter | undefined
  /** Whether to listen for changes by other processes, which lets unchanged rows stay cached. Default true. */
  readonly listensForChanges?: boolean | undefined
  /** Called after each SQL statement; tests count with it. */
  readonly onQuery?: ((sql: string) => void) | undefined
  readonly log: Logger
}

/** The dependencies of every subgraph: its tables, and its share of the id space. */
export interface SubgraphDependencies<Tables> {
  readonly db: Kysely<Tables>
  readonly ids: IdGenerator
}

/** What a subgraph adds to that. */
export interface Wiring<Context> extends Pick<SubgraphParts<Context>, 'resolvers' | 'createContext'> {
  readonly references?: ReferenceResolvers<Context>
  /** Rejects when an essential dependency besides its database is down. */
  readonly checkHealth?: () => Promise<unknown>
  /** Background work. It is disposed first, so that pending writes are committed before the connections close. */
  readonly works?: readonly AsyncDisposable[]
}

/**
 * Starts the subgraph of an owner: opens its database, leases its ids, wires it, and closes all of that in reverse order when
 * it is disposed, or when the wiring fails.
 */
export async function startSubgraphProcess<Tables, Context>(
  owner: Owner,
  options: SubgraphOptions,
  wire: (dependencies: SubgraphDependencies<Tables>) => Promise<Wiring<Context>> | Wiring<Context>,
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
