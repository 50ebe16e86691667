import { sql } from 'kysely'
import { idShares, type SocialTables } from '../../db/ownership.ts'
import { notBefore } from '../../platform/auth/caller.ts'
import { openChanges } from '../../platform/caching/changes.ts'
import { leaseIdGenerator } from '../../platform/postgres/id-generator.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import { batchReads } from '../../platform/caching/batched-reads.ts'
import { openDatabase, type DatabaseAddress } from '../../platform/postgres/database.ts'
import { requestContext } from '../../platform/graphql/request-context.ts'
import { createSubgraph, type Subgraph } from '../../platform/graphql/subgraph.ts'
import { noWords, type WordFilter } from '../../platform/text/word-filter.ts'
import { createBoundaryRepository } from './boundaries/repository.ts'
import type { SocialContext } from './context.ts'
import { createCommentRepository } from './comments/repository.ts'
import { createCountRepository } from './counts/repository.ts'
import { createFlagRepository, type PageOfViewer } from './flags/repository.ts'
import { createViewerFlags } from './flags/viewer-flags.ts'
import { createFollowRepository } from './follows/repository.ts'
import { keepSocial } from './kept.ts'
import { createLikeRepository } from './likes/repository.ts'
import { createNodeRepository } from './nodes/repository.ts'
import { references } from './references.ts'
import { resolvers } from './resolvers.ts'
import { openWrites } from './writes.ts'

export interface SocialOptions {
  readonly database: DatabaseAddress
  readonly databasePoolSize: number
  /** Words that nobody shall read; none by default. */
  readonly sensitiveWords?: WordFilter | undefined
  /** Whether it hears of what others change, and so keeps what they do not change. Default true. */
  readonly hearsChanges?: boolean | undefined
  readonly onQuery?: ((sql: string) => void) | undefined
  readonly log: Logger
}

/** Wires the social subgraph to its database. */
export async function startSocial(options: SocialOptions): Promise<Subgraph> {
  const { log, sensitiveWords = noWords } = options
  const db = openDatabase<SocialTables>({
    ...options.database,
    schema: 'social',
    poolSize: options.databasePoolSize,
    onQuery: options.onQuery,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  const ids = await leaseIdGenerator(db, idShares.social, log)
  const likes = createLikeRepository(db)
  const comments = createCommentRepository(db)
  const follows = createFollowRepository(db)
  const counts = createCountRepository(db)
  const flags = createFlagRepository(db)
  const boundaries = createBoundaryRepository(db)
  const nodes = createNodeRepository(db)
  const readFlags = batchReads((pages: readonly PageOfViewer[]) => flags.ofPages(pages))
  const changes = openChanges({ ...options, schema: 'social' })
  const kept = keepSocial({ likes, comments, follows, counts, flags }, changes)
  const writes = openWrites({ likes, comments, follows, boundaries }, kept)

  const whatLasts = { ids, ...writes, sensitiveWords, comments, boundaries, nodes, kept }

  return createSubgraph<SocialContext>({
    name: 'social',
    resolvers,
    references,
    log,
    createContext: (caller) =>
      requestContext(whatLasts, {
        caller,
        notBefore: notBefore(caller),
        flags: createViewerFlags(readFlags, kept, caller),
      }),
    checkHealth: async () => void (await sql`select 1`.execute(db)),
    async dispose() {
      // What was taken on is still written, and answered, before the connections close.
      await Promise.all([...Object.values(writes), changes].map((work) => work[Symbol.asyncDispose]()))
      try {
        await ids[Symbol.asyncDispose]()
      } finally {
        await db.destroy()
      }
    },
  })
}
