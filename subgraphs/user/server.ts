import type { UserTables } from '../../db/ownership.ts'
import type { TokenKeys } from '../../platform/auth/access-token.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import { notBefore } from '../../platform/auth/caller.ts'
import { openChanges } from '../../platform/caching/changes.ts'
import type { ObjectStore } from '../../platform/storage/object-store.ts'
import type { Redis } from '../../platform/redis/client.ts'
import { requestContext } from '../../platform/graphql/request-context.ts'
import type { Subgraph } from '../../platform/graphql/subgraph.ts'
import { noWords } from '../../platform/text/word-filter.ts'
import { AccountLoaders } from './accounts/loaders.ts'
import type { Account } from './accounts/repository.ts'
import { createLoginFailures, type LoginFailureLimits } from './accounts/login-failures.ts'
import { createPasswords } from './accounts/passwords.ts'
import { createRegistrations } from './accounts/registrations.ts'
import { claimNames } from './accounts/claim-names.ts'
import { startSubgraphProcess, type SubgraphOptions } from '../subgraph-process.ts'
import type { UserContext } from './context.ts'
import { storeDefaultPictures } from './profiles/default-pictures.ts'
import { createProfileCache } from './profiles/profile-cache.ts'
import { showProfile } from './profiles/profile.ts'
import { references } from './references.ts'
import { resolvers } from './resolvers.ts'
import { createNameSearchRepository } from './search/repository.ts'
import { createStores } from './stores.ts'

export interface UserOptions extends SubgraphOptions, LoginFailureLimits {
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
}

/** Wires the user subgraph to its database and services; the caller closes the services. */
export function startUser(options: UserOptions): Promise<Subgraph> {
  const { log, objectStore, accessTokenKeys, sessionDays, broadcast, sensitiveWords = noWords } = options
  return startSubgraphProcess<UserTables, UserContext>('user', options, async ({ db, ids }) => {
    const [passwords] = await Promise.all([createPasswords(), storeDefaultPictures(objectStore)])
    const loginFailures = createLoginFailures(options.redis, options)
    const registrations = createRegistrations(options.redis, options.registrationsPerHour)
    await claimNames(db)
    const stores = createStores(db)
    const transact: UserContext['transact'] = (work) => db.transaction().execute((tx) => work(createStores(tx)))
    const changes = openChanges({ ...options, schema: 'user' })
    const profiles = createProfileCache(stores.accounts, objectStore, changes)
    const whatLasts = {
      ...{ ids, stores, transact, passwords, loginFailures, registrations, accessTokenKeys, sessionDays },
      ...{ broadcast, objectStore, sensitiveWords, log, profiles },
      names: createNameSearchRepository(db),
    }
    return {
      resolvers,
      references,
      createContext: (caller) =>
        requestContext(whatLasts, {
          caller,
          loaders: new AccountLoaders(stores.accounts),
          notBefore: notBefore(caller),
          show: (account: Account) => showProfile(account, objectStore, caller),
        }),
      works: [changes],
    }
  })
}
