/** What recommenders are told of. Each owner has a table `feedback` of what they were not told of yet. */
import { sql, type Kysely } from 'kysely'
import { request } from 'undici'
import type { ScheduledJob } from '../platform/runtime/scheduled-job.ts'
import { idArray } from '../platform/postgres/database.ts'

/** Where a recommender is, and its API key, if it has one. */
export interface RecommenderAddress {
  readonly url: string
  readonly key: string | undefined
}

/** The kinds of feedback, as Gorse calls them. */
export type FeedbackKind = 'like' | 'read'

interface FeedbackRow {
  readonly id: string
  readonly userId: string
  readonly videoId: string
  readonly createdAt: Date
}

/** How much is sent in one request. */
const sentAtOnce = 1_000
/** How much is sent by one job, so that it ends. */
const mostBatches = 200
const timeoutMs = 10_000

/**
 * A job that sends new feedback to Gorse (`POST /api/feedback`), the oldest first. What was sent and could not be removed is sent
 * again, which changes nothing there. While the recommender does not answer, the job fails and the feedback stays.
 */
export function feedbackJob<Tables extends { readonly feedback: object }>(
  db: Kysely<Tables>,
  kind: FeedbackKind,
  address: RecommenderAddress,
): ScheduledJob {
  return {
    name: `send-${kind}-feedback`,
    pattern: '* * * * *',
    async work() {
      let sent = 0
      for (let batch = 0; batch < mostBatches; batch++) {
        const { rows } = await sql<FeedbackRow>`
          select id, user_id, video_id, created_at from feedback order by id limit ${sentAtOnce}`.execute(db)
        if (rows.length === 0) break
        await send(rows, kind, address)
        await sql`delete from feedback where id = any (${idArray(rows.map(({ id }) => id))}::bigint[])`.execute(db)
        sent += rows.length
      }
      return sent
    },
  }
}

async function send(rows: readonly FeedbackRow[], kind: FeedbackKind, { url, key }: RecommenderAddress): Promise<void> {
  const { statusCode, body } = await request(new URL('/api/feedback', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { 'x-api-key': key }) },
    body: JSON.stringify(
      rows.map(({ userId, videoId, createdAt }) => ({
        FeedbackType: kind,
        UserId: userId,
        ItemId: videoId,
        Timestamp: createdAt.toISOString(),
      })),
    ),
    signal: AbortSignal.timeout(timeoutMs),
  })
  await body.dump()
  if (statusCode !== 200) throw new Error(`the recommender answered ${statusCode}`)
}
