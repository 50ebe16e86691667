import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import type { IdGenerator } from '../../../platform/postgres/id-generator.ts'
import { transcodeKey, transcodeTask } from './transcode-job.ts'

export type JobRepository = ReturnType<typeof createJobRepository>

/**
 * The workers that run jobs, and the jobs whose worker sent no heartbeat. graphile-worker alone would leave such a job locked
 * for four hours.
 */
export function createJobRepository(db: Kysely<VideoTables>) {
  return {
    /** Records a heartbeat of workers. */
    async beat(workerIds: readonly string[]): Promise<void> {
      await sql`
        insert into job_workers (worker_id) select unnest(${workerIds}::text[])
        on conflict (worker_id) do update set seen_at = now()`.execute(db)
    },

    /** Removes workers that have ended, and those without a heartbeat for a day. */
    async leave(workerIds: readonly string[]): Promise<void> {
      await sql`
        delete from job_workers
        where worker_id = any(${workerIds}::text[]) or seen_at < now() - interval '1 day'`.execute(db)
    },

    /** Releases the jobs of workers without a heartbeat for so long; others run them again. */
    async releaseAbandoned(silenceMs: number): Promise<void> {
      await sql`
        select graphile_worker.force_unlock_workers(array_agg(distinct locked_by))
        from graphile_worker.jobs
        where locked_at < now() - ${silenceMs} * interval '1 millisecond' and not exists (
          select from job_workers
          where worker_id = locked_by and seen_at > now() - ${silenceMs} * interval '1 millisecond'
        )
        having count(*) > 0`.execute(db)
    },

    /**
     * Marks videos as failed that no job will finish because the last attempt died with its worker. Jobs that failed
     * permanently are deleted.
     *
     * @param ids for the notifications of their authors.
     * @returns the ids of these videos.
     */
    async giveUp(ids: Pick<IdGenerator, 'next'>): Promise<string[]> {
      await sql`
        select graphile_worker.complete_jobs(array_agg(id))
        from graphile_worker.jobs
        where task_identifier = ${transcodeTask} and attempts >= max_attempts and locked_at is null
        having count(*) > 0`.execute(db)
      const isAbandoned = sql`status in ('UPLOADED', 'PROCESSING')
        and not exists (select from graphile_worker.jobs where key = ${transcodeKey(sql.ref('videos.id'))})`
      const { rows: abandoned } = await sql<{ id: string }>`select id from videos where ${isAbandoned}`.execute(db)
      const givenUp: string[] = []
      for (const { id } of abandoned) {
        const { rows } = await sql`
          update videos
          set status = 'FAILED', failure = 'INTERRUPTED', outcome_id = ${ids.next()}, outcome_at = now()
          where id = ${id} and ${isAbandoned} returning id`.execute(db)
        if (rows.length > 0) givenUp.push(id)
      }
      return givenUp
    },

    /** Uncounts the attempt of a job that failed only because its worker was told to stop. */
    async restore(jobs: readonly { readonly id: string; readonly attempts: number }[]): Promise<void> {
      for (const { id, attempts } of jobs) {
        await sql`
          select graphile_worker.reschedule_jobs(array[${id}::bigint], run_at => now(), attempts => ${attempts - 1})
        `.execute(db)
      }
    },
  }
}
