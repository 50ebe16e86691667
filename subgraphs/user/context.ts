import type { AccessTokenKeys } from '../../platform/access-token.ts'
import type { Broadcast } from '../../platform/broadcast.ts'
import type { Caller } from '../../platform/caller.ts'
import type { IdGenerator } from '../../platform/id-generator.ts'
import type { Logger } from '../../platform/logger.ts'
import type { ObjectStore } from '../../platform/object-store.ts'
import type { WordFilter } from '../../platform/word-filter.ts'
import type { createAccountLoaders } from './accounts/loaders.ts'
import type { LoginFailures } from './accounts/login-failures.ts'
import type { Passwords } from './accounts/passwords.ts'
import type { Registrations } from './accounts/registrations.ts'
import type { Stores } from './stores.ts'

/** What a resolver may use. */
export interface UserContext {
  readonly caller: Caller
  readonly ids: Pick<IdGenerator, 'next'>
  readonly stores: Stores
  /** Does the work in one transaction: all of it, or none when it throws. */
  readonly transact: <Result>(work: (stores: Stores) => Promise<Result>) => Promise<Result>
  readonly passwords: Passwords
  readonly loginFailures: LoginFailures
  readonly registrations: Registrations
  readonly accessTokenKeys: AccessTokenKeys
  readonly sessionDays: number
  readonly broadcast: Broadcast
  readonly objectStore: ObjectStore
  readonly log: Logger
  readonly sensitiveWords: WordFilter
  readonly loaders: ReturnType<typeof createAccountLoaders>
}
