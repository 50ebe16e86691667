import type { TokenKeys } from '../../platform/auth/access-token.ts'
import type { Broadcast } from '../../platform/redis/broadcast.ts'
import type { Caller } from '../../platform/auth/caller.ts'
import type { IdGenerator } from '../../platform/postgres/id-generator.ts'
import type { Logger } from '../../platform/runtime/logger.ts'
import type { ObjectStore } from '../../platform/storage/object-store.ts'
import type { WordFilter } from '../../platform/text/word-filter.ts'
import type { AccountLoaders } from './accounts/loaders.ts'
import type { Account } from './accounts/repository.ts'
import type { LoginFailures } from './accounts/login-failures.ts'
import type { Passwords } from './accounts/passwords.ts'
import type { Registrations } from './accounts/registrations.ts'
import type { ProfileCache } from './profiles/profile-cache.ts'
import type { Profile } from './profiles/profile.ts'
import type { NameSearchRepository } from './search/repository.ts'
import type { Stores } from './stores.ts'

/** The context of resolvers. */
export interface UserContext {
  readonly caller: Caller
  readonly ids: Pick<IdGenerator, 'next'>
  readonly stores: Stores
  readonly names: NameSearchRepository
  /** Runs the work in one transaction, which is rolled back when it throws. */
  readonly transact: <Result>(work: (stores: Stores) => Promise<Result>) => Promise<Result>
  readonly passwords: Passwords
  readonly loginFailures: LoginFailures
  readonly registrations: Registrations
  readonly accessTokenKeys: TokenKeys
  readonly sessionDays: number
  readonly broadcast: Broadcast
  readonly objectStore: ObjectStore
  readonly log: Logger
  readonly sensitiveWords: WordFilter
  /** Current rows, for decisions. */
  readonly loaders: AccountLoaders
  /** Cached profiles, for display. Every write invalidates the profiles it changes. */
  readonly profiles: ProfileCache
  /** After which time a cached profile must have been read for this caller. */
  readonly notBefore: number
  /** Presents an account to this caller. */
  readonly show: (account: Account) => Profile
}
