import type { Kysely } from 'kysely'
import type { UserTables } from '../../db/ownership.ts'
import type { ScheduledJob } from '../../platform/runtime/scheduled-job.ts'
import { createNameSearchRepository } from './search/repository.ts'
import { createSessionChangeRepository } from './session-changes/repository.ts'

/** The scheduled jobs of the user subgraph. */
export function scheduledUserJobs(db: Kysely<UserTables>): ScheduledJob[] {
  const sessionChanges = createSessionChangeRepository(db)
  const names = createNameSearchRepository(db)
  return [
    { name: 'read-names', pattern: '* * * * *', work: () => names.readUnread() },
    {
      name: 'forget-session-changes',
      pattern: '*/10 * * * *',
      work: () => sessionChanges.forgetOld(),
    },
  ]
}
