import type { Kysely } from 'kysely'
import type { SocialTables } from '../../db/ownership.ts'
import type { ScheduledJob } from '../../platform/runtime/scheduled-job.ts'
import { feedbackJob, type RecommenderAddress } from '../feedback.ts'
import { createNotificationRepository } from './notifications/repository.ts'
import { createReportRepository } from './reports/repository.ts'

/** What the social subgraph has done from time to time. */
export function scheduledSocialJobs(db: Kysely<SocialTables>, recommender?: RecommenderAddress): ScheduledJob[] {
  const notifications = createNotificationRepository(db)
  const reports = createReportRepository(db)
  return [
    ...(recommender ? [feedbackJob(db, 'like', recommender)] : []),
    { name: 'close-reports', pattern: '*/10 * * * *', work: () => reports.closeGone() },
    {
      name: 'remove-old-notifications',
      pattern: '7 * * * *',
      async work() {
        let removed = 0
        for (let more = await notifications.removeOldest(); more > 0; more = await notifications.removeOldest()) {
          removed += more
        }
        return removed
      },
    },
  ]
}
