import type { Kysely } from 'kysely'
import type { UserTables } from '../../db/ownership.ts'
import type { ScheduledJob } from '../../platform/runtime/scheduled-job.ts'
import { createSessionChangeRepository } from './session-changes/repository.ts'

/** The scheduled jobs of the user subgraph. */
export function scheduledUserJobs(db: Kysely<UserTables>): ScheduledJob[] {
  const sessionChanges = createSessionChangeRepository(db)
  return [
    {
      name: 'forget-session-changes',
      pattern: '*/10 * * * *',
      work: () => sessionChanges.forgetOld(),
    },
  ]
}
