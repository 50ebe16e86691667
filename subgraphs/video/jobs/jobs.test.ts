import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest'
import { waitUntil } from '../../../embedded/processes/wait-until.ts'
import { publicBucket } from '../../../platform/storage/object-store.ts'
import { anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { makeClip } from '../../../testing/clips.ts'
import { startTestWorker } from '../../../testing/media-worker.ts'
import { openHaltingProxy } from '../../../testing/faults/halting-proxy.ts'
import { serviceSettings } from '../../../testing/network.ts'
import { makePacedFfmpeg } from '../../../testing/paced-ffmpeg.ts'
import { becomes, seesProcessed } from '../../../testing/renditions.ts'
import { startProcess } from '../../../testing/system-process.ts'
import {
  objectsOf,
  openTestObjectStore,
  publishes,
  publishVideo,
  startVideoSubgraph,
  uploads,
  type VideoSubgraph,
} from '../../../testing/video-subgraph.ts'
import type { Worker } from '../worker.ts'

const alice = signedIn('101')
const bob = signedIn('102')

const pacedFfmpeg = await makePacedFfmpeg()

let video: VideoSubgraph
const workers: Worker[] = []
beforeAll(async () => {
  video = await startVideoSubgraph()
})
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker[Symbol.asyncDispose]()
})
afterAll(() => video[Symbol.asyncDispose]())

async function startWorker(options: Parameters<typeof startTestWorker>[1] = {}): Promise<void> {
  workers.push(await startTestWorker(video.databaseUrl, options))
}

async function publishesClip(seconds = 0.2): Promise<string> {
  return (await publishes(video.subgraph, alice, await makeClip({ seconds }))).id
}

async function jobsOf(id: string): Promise<Record<string, unknown>[]> {
  return video.sql('select attempts, max_attempts, locked_by from graphile_worker.jobs where key = $1', [
    `transcode:${id}`,
  ])
}

async function rowOf(id: string): Promise<unknown> {
  const rows = await video.sql(
    `select videos.*, (select jsonb_agg(renditions order by name) from renditions where video_id = id) as renditions
     from videos where id = $1`,
    [id],
  )
  return rows[0]
}

/** How its author is notified that the processing of a video has ended. */
async function outcomesOf(id: string): Promise<Record<string, unknown>[]> {
  return video.sql('select author_id, status from processing_outcomes where video_id = $1', [id])
}

/** Makes the database record every attempt at a job that begins from now on. */
async function recordAttempts(): Promise<void> {
  await video.sql(`
    create table recorded_attempts (key text, attempt integer);
    grant insert on recorded_attempts to short_video_video;
    create function record_attempt() returns trigger language plpgsql as $$
      begin
        insert into video.recorded_attempts values (new.key, new.attempts);
        return null;
      end $$;
    create trigger record_attempt after update on graphile_worker._private_jobs
      for each row when (new.attempts > old.attempts) execute function video.record_attempt()`)
}

/** Makes jobs that wait for a retry run at once, until a condition holds. */
async function hurriesUntil(condition: () => Promise<boolean>): Promise<void> {
  const came = await waitUntil(async () => {
    await video.sql(
      'update graphile_worker._private_jobs set run_at = now() where locked_at is null and run_at > now()',
    )
    return condition()
  }, 20_000)
  expect(came).toBe(true)
}

it('enqueues a video with its row, and publishes none that cannot be enqueued', async () => {
  const id = await publishesClip()
  expect(await jobsOf(id)).toEqual([{ attempts: 0, max_attempts: 5, locked_by: null }])
  const nothingYet = { hlsUrl: null, renditions: [] }
  expect(await seesProcessed(video.subgraph, alice, id)).toMatchObject({
    status: 'UPLOADED',
    progress: 0,
    ...nothingYet,
  })
  expect(await outcomesOf(id)).toEqual([])

  const uploadId = await uploads(video.subgraph, alice, await makeClip({ seconds: 0.3 }))
  await video.sql('alter function graphile_worker.add_job rename to add_job_away')
  const answer = await refusal(video.subgraph, alice, publishVideo, { uploadId })
  await video.sql('alter function graphile_worker.add_job_away rename to add_job')
  expect(answer.code).toBe('INTERNAL_SERVER_ERROR')
  expect(await rowOf(uploadId)).toBeUndefined()
  await ask(video.subgraph, alice, publishVideo, { uploadId })
  expect(await jobsOf(uploadId)).toHaveLength(1)
})

it('changes nothing when a job is done again', async () => {
  const id = await publishesClip()
  await startWorker()
  await becomes('READY', video.subgraph, alice, id)
  expect(await outcomesOf(id)).toEqual([{ author_id: '101', status: 'READY' }])
  const [row, objects] = [await rowOf(id), await objectsOf(id)]
  const again = 'select id from graphile_worker.add_job($1, $2)'
  await video.sql(again, ['transcode', JSON.stringify({ videoId: id })])
  const isDone = async () => (await video.sql('select from graphile_worker.jobs')).length === 0
  expect(await waitUntil(isDone, 10_000)).toBe(true)
  expect(await rowOf(id)).toEqual(row)
  expect(await objectsOf(id)).toEqual(objects)
})

it('goes on with other jobs when it could not say that one is done', async () => {
  await video.sql(`create function graphile_worker.lose() returns trigger language plpgsql as
    $$ begin raise exception 'the connection is lost' using errcode = '08006'; end $$`)
  const when = 'trigger lose before delete on graphile_worker._private_jobs'
  await video.sql(`create ${when} for each row execute function graphile_worker.lose()`)
  await startWorker()
  const first = await publishesClip()
  await becomes('READY', video.subgraph, alice, first)
  await video.sql('drop trigger lose on graphile_worker._private_jobs')
  await becomes('READY', video.subgraph, alice, await publishesClip())
  const isDone = async () => (await jobsOf(first)).length === 0
  expect(await waitUntil(isDone, 20_000)).toBe(true)
  await video.sql('drop function graphile_worker.lose')
})

it('makes the same files when two workers are on one video at the same time', async () => {
  await startWorker({ concurrency: 2 })
  const id = await publishesClip(1)
  await video.sql('select id from graphile_worker.add_job($1, $2)', ['transcode', JSON.stringify({ videoId: id })])
  const ready = await becomes('READY', video.subgraph, alice, id)
  const isDone = async () => (await video.sql('select from graphile_worker.jobs')).length === 0
  expect(await waitUntil(isDone, 10_000)).toBe(true)
  expect(await seesProcessed(video.subgraph, alice, id)).toEqual(ready)
  // Original, cover, mp4, one rung with its playlist, master playlist.
  expect(await objectsOf(id)).toHaveLength(6)
})

it('gives a video up after five failures, and tells its author why', async () => {
  // A different clip: a file that its author publishes twice is stored once.
  const id = await publishesClip(0.4)
  const [{ play_key: key } = {}] = await video.sql('select play_key from videos where id = $1', [id])
  const store = await openTestObjectStore()
  await store.remove(publicBucket, String(key))
  await recordAttempts()
  await startWorker()
  await hurriesUntil(async () => (await seesProcessed(video.subgraph, alice, id)).status === 'FAILED')
  expect(
    await video.sql('select attempt from recorded_attempts where key = $1 order by attempt', [`transcode:${id}`]),
  ).toEqual([1, 2, 3, 4, 5].map((attempt) => ({ attempt })))
  expect((await seesProcessed(video.subgraph, alice, id)).failureReason).toContain('because of a server error')
  const chinese = await seesProcessed(video.subgraph, { ...alice, language: 'zh' }, id)
  expect(chinese.failureReason).toContain('服务器原因')
  expect(await seesProcessed(video.subgraph, bob, id)).toMatchObject({ status: 'FAILED', failureReason: null })
  expect(await waitUntil(async () => (await jobsOf(id)).length === 0, 5_000)).toBe(true)
})

it('gives a video up at once that no attempt can make anything of', async () => {
  const id = await publishesClip(0.5)
  const [{ play_key: key } = {}] = await video.sql('select play_key from videos where id = $1', [id])
  const store = await openTestObjectStore()
  // As if ffprobe now judged the file differently than when it was published.
  await store.upload(publicBucket, String(key), await makeClip({ picture: null }), 'video/mp4')
  await startWorker()
  const { failureReason } = await becomes('FAILED', video.subgraph, alice, id)
  expect(failureReason).toContain('could not be converted')
  expect(await outcomesOf(id)).toEqual([{ author_id: '101', status: 'FAILED' }])
  expect(await video.sql('select attempt from recorded_attempts where key = $1', [`transcode:${id}`])).toEqual([
    { attempt: 1 },
  ])
})

it('gives a video up whose last attempt died with its worker', async () => {
  const id = await publishesClip()
  await video.sql(
    `update graphile_worker._private_jobs
     set attempts = 5, locked_by = 'a worker that is gone', locked_at = now() - interval '1 minute'
     where key = 'transcode:' || $1`,
    [id],
  )
  await startWorker()
  const { failureReason, playUrl } = await becomes('FAILED', video.subgraph, alice, id)
  expect(failureReason).toContain('interrupted')
  expect(await outcomesOf(id)).toEqual([{ author_id: '101', status: 'FAILED' }])
  expect((await fetch(playUrl)).status).toBe(200)
})

it('shows progress to the author and to nobody else', async () => {
  const id = await publishesClip()
  await video.sql("update videos set status = 'PROCESSING', progress = 42 where id = $1", [id])
  expect(await seesProcessed(video.subgraph, alice, id)).toMatchObject({ status: 'PROCESSING', progress: 42 })
  for (const other of [bob, anonymous]) {
    expect(await seesProcessed(video.subgraph, other, id)).toMatchObject({ status: 'PROCESSING', progress: null })
  }
})

it('takes up the job of a worker that was killed in the midst of it', { timeout: 180_000 }, async () => {
  await using way = await openHaltingProxy(inject('services').objectStore.url)
  const id = await publishesClip()
  // By then everything is encoded, and nothing stored.
  way.halt(`${id}/hls-`, 0)
  await using doomed = startProcess('worker', {
    ...serviceSettings(video.databaseUrl),
    MINIO_ENDPOINT: way.url,
    REDIS_URL: inject('services').redisUrl,
  })
  await way.halted
  doomed.child.kill('SIGKILL')
  await doomed.ended
  expect(await jobsOf(id)).toMatchObject([{ attempts: 1, locked_by: expect.any(String) as string }])
  expect(await seesProcessed(video.subgraph, alice, id)).toMatchObject({ status: 'PROCESSING', renditions: [] })

  await startWorker()
  const ready = await becomes('READY', video.subgraph, alice, id)
  expect(ready.renditions).toHaveLength(2)
})

it('gives back what it was doing when it is told to stop, and nothing is counted', { timeout: 180_000 }, async () => {
  await startWorker({ ffmpegPath: pacedFfmpeg })
  const id = await publishesClip(8)
  await becomes('PROCESSING', video.subgraph, alice, id)
  await workers.pop()?.[Symbol.asyncDispose]()
  expect(await jobsOf(id)).toEqual([{ attempts: 0, max_attempts: 5, locked_by: null }])

  await startWorker()
  await becomes('READY', video.subgraph, alice, id)
})

it('writes how far it got while it works', { timeout: 180_000 }, async () => {
  const seen = new Set<number>()
  await startWorker({ ffmpegPath: pacedFfmpeg })
  const id = await publishesClip(3)
  const isReady = async () => {
    const { status, progress } = await seesProcessed(video.subgraph, alice, id)
    seen.add(progress ?? -1)
    return status === 'READY'
  }
  expect(await waitUntil(isReady, 40_000)).toBe(true)
  const steps = [...seen]
  expect(steps).toEqual([...steps].sort((a, b) => a - b))
  expect(steps.length).toBeGreaterThan(2)
  expect(steps.at(-1)).toBe(100)
})
