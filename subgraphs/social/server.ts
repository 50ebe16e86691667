import { sql } from 'kysely'
import { idShares, type SocialTables } from '../../db/ownership.ts'
import { createGroupCommit } from '../../platform/group-commit.ts'
import { leaseIdGenerator } from '../../platform/id-generator.ts'
import type { Logger } from '../../platform/logger.ts'
import { readTogether } from '../../platform/read-together.ts'
import { openDatabase } from '../../platform/postgres.ts'
import { createSubgraph, type Subgraph } from '../../platform/subgraph.ts'
import { noWords, type WordFilter } from '../../platform/word-filter.ts'
import { createBoundaryRepository, type BoundaryChange } from './boundaries/repository.ts'
import type { SocialContext } from './context.ts'
import {
  createCommentRepository,
  type CommentRemoval,
  type CommentRow,
  type NewComment,
} from './comments/repository.ts'
import { createCountRepository } from './counts/repository.ts'
import { createFlagRepository, type PageOfViewer } from './flags/repository.ts'
import { createFollowRepository, type FollowChange } from './follows/repository.ts'
import { createLikeRepository, type LikeChange } from './likes/repository.ts'
import { createSocialLoaders, type SocialLoaders } from './loaders.ts'
import { createNodeRepository } from './nodes/repository.ts'
import { references } from './references.ts'
import { resolvers } from './resolvers.ts'

export interface SocialOptions {
  readonly databaseUrl: string
  readonly databasePoolSize: number
  /** Words that nobody shall read; none by default. */
  readonly sensitiveWords?: WordFilter | undefined
  readonly onQuery?: ((sql: string) => void) | undefined
  readonly log: Logger
}

/** Wires the social subgraph to its database. */
export async function startSocial(options: SocialOptions): Promise<Subgraph> {
  const { log, sensitiveWords = noWords } = options
  const db = openDatabase<SocialTables>({
    url: options.databaseUrl,
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
  const readFlags = readTogether((pages: readonly PageOfViewer[]) => flags.ofPages(pages))
  const writes = {
    likeChanges: createGroupCommit<LikeChange, undefined>((changes) => likes.apply(changes)),
    followChanges: createGroupCommit<FollowChange, undefined>((changes) => follows.apply(changes)),
    newComments: createGroupCommit<NewComment, CommentRow>((added) => comments.add(added)),
    commentRemovals: createGroupCommit<CommentRemoval, string>((removals) => comments.remove(removals)),
    boundaryChanges: createGroupCommit<BoundaryChange, undefined>((changes) => boundaries.apply(changes)),
  }

  return createSubgraph<SocialContext>({
    name: 'social',
    resolvers,
    references,
    log,
    createContext(caller) {
      let loaders: SocialLoaders | undefined
      return {
        caller,
        ids,
        ...writes,
        sensitiveWords,
        boundaries,
        nodes,
        readFlags,
        // What is asked most often, the flags of a page, needs none.
        get loaders() {
          return (loaders ??= createSocialLoaders({ likes, comments, follows, counts, readFlags }, caller.viewer))
        },
      }
    },
    checkHealth: async () => void (await sql`select 1`.execute(db)),
    async dispose() {
      // What was taken on is still written, and answered, before the connections close.
      await Promise.all(Object.values(writes).map((groups) => groups[Symbol.asyncDispose]()))
      try {
        await ids[Symbol.asyncDispose]()
      } finally {
        await db.destroy()
      }
    },
  })
}
