import type { Kysely } from 'kysely'
import type { UserTables } from '../../db/ownership.ts'
import { createAccountRepository } from './accounts/repository.ts'
import { createModerationRepository } from './moderation/repository.ts'
import { createProfileRepository } from './profiles/repository.ts'
import { createSessionChangeRepository } from './session-changes/repository.ts'
import { createSessionRepository } from './sessions/repository.ts'

export type Stores = ReturnType<typeof createStores>

/** The repositories on a database, or on one transaction of it. */
export function createStores(db: Kysely<UserTables>) {
  return {
    accounts: createAccountRepository(db),
    sessions: createSessionRepository(db),
    sessionChanges: createSessionChangeRepository(db),
    profiles: createProfileRepository(db),
    moderation: createModerationRepository(db),
  }
}
