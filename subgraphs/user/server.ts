import { sql } from 'kysely'
import { idShares, type UserTables } from '../../db/ownership.ts'
import type { TokenKeys } from '../../platform/auth/access-token.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { notBefore } from '../../platform/auth/caller.ts'
import { openChanges } from '../../platform/caching/changes.ts'
import { leaseIdGenerator } from '../../platform/postgres/id-generator.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { ObjectStore } from '../../platform/storage/object-store.ts'
import { openDatabase, type DatabaseAddress } from '../../platform/postgres/database.ts'
import type { Redis } from '../../platform/redis/client.ts'
import { repeat } from '../../platform/runtime/repeat.ts'
import { requestContext } from '../../platform/graphql/request-context.ts'
import { createSubgraph, type Subgraph } from '../../platform/graphql/subgraph.ts'
import { noWords, type WordFilter } from '../../platform/text/word-filter.ts'
import { AccountLoaders } from './accounts/loaders.ts'
import type { Account } from './accounts/repository.ts'
import { createLoginFailures, type LoginFailureLimits } from './accounts/login-failures.ts'
import { createPasswords } from './accounts/passwords.ts'
import { createRegistrations } from './accounts/registrations.ts'
import { claimNames } from './accounts/claim-names.ts'
import type { UserContext } from './context.ts'
import { storeDefaultPictures } from './profiles/default-pictures.ts'
import { createKeptProfiles } from './profiles/kept-profiles.ts'
import { showProfile } from './profiles/profile.ts'
import { references } from './references.ts'
import { resolvers } from './resolvers.ts'
import { createStores } from './stores.ts'

export interface UserOptions extends LoginFailureLimits {
  readonly database: DatabaseAddress
  readonly databasePoolSize: number
  /** Counts failed logins and registrations; while it is down, each process counts in memory. */
  readonly redis: Redis
  readonly broadcast: Broadcast
  /** Holds profile pictures; its buckets must exist. */
  readonly objectStore: ObjectStore
  readonly accessTokenKeys: TokenKeys
  /** After how many days without use a session ends. */
  readonly sessionDays: number
  /** How many accounts one address may create per hour; 0 means no limit. */
  readonly registrationsPerHour: number
  /** The filter for words that must not be published; none by default. */
  readonly sensitiveWords?: WordFilter | undefined
  /** Whether to listen for changes by other processes, which lets unchanged rows stay cached. Default true. */
  readonly hearsChanges?: boolean | undefined
  readonly onQuery?: ((sql: string) => void) | undefined
  readonly log: Logger
}

const collectionIntervalMs = 10 * 60 * 1_000

/** Wires the user subgraph to its database and services; the caller closes the services. */
export async function startUser(options: UserOptions): Promise<Subgraph> {
  const { log, objectStore, accessTokenKeys, sessionDays, broadcast, sensitiveWords = noWords } = options
  const [passwords] = await Promise.all([createPasswords(), storeDefaultPictures(objectStore)])
  const loginFailures = createLoginFailures(options.redis, options)
  const registrations = createRegistrations(options.redis, options.registrationsPerHour)
  const db = openDatabase<UserTables>({
    ...options.database,
    schema: 'user',
    poolSize: options.databasePoolSize,
    onQuery: options.onQuery,
    onConnectionError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  await claimNames(db)
  const ids = await leaseIdGenerator(db, idShares.user, log)
  const stores = createStores(db)
  const transact: UserContext['transact'] = (work) => db.transaction().execute((tx) => work(createStores(tx)))
  const collection = repeat(collectionIntervalMs, () =>
    stores.sessionChanges
      .forgetOld()
      .catch((error: unknown) => log.warn({ err: error }, 'could not delete old session changes')),
  )
  const changes = openChanges({ ...options, schema: 'user' })
  const profiles = createKeptProfiles(stores.accounts, objectStore, changes)
  const whatLasts = {
    ...{ ids, stores, transact, passwords, loginFailures, registrations, accessTokenKeys, sessionDays },
    ...{ broadcast, objectStore, sensitiveWords, log, profiles },
  }

  return createSubgraph<UserContext>({
    name: 'user',
    resolvers,
    references,
    log,
    createContext: (caller) =>
      requestContext(whatLasts, {
        caller,
        loaders: new AccountLoaders(stores.accounts),
        notBefore: notBefore(caller),
        show: (account: Account) => showProfile(account, objectStore, caller),
      }),
    checkHealth: async () => void (await sql`select 1`.execute(db)),
    async dispose() {
      await Promise.all([collection, changes].map((work) => work[Symbol.asyncDispose]()))
      try {
        await ids[Symbol.asyncDispose]()
      } finally {
        await db.destroy()
      }
    },
  })
}
