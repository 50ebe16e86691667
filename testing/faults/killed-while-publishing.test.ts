import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import type { VideoTables } from '../../db/ownership.ts'
import { callerHeader, signCaller } from '../../platform/auth/caller.ts'
import { openDatabase } from '../../platform/postgres/database.ts'
import { createRemovalRepository } from '../../subgraphs/video/removal/repository.ts'
import { createSweepRepository } from '../../subgraphs/video/removal/sweep/repository.ts'
import { sweep, type SweepReport } from '../../subgraphs/video/removal/sweep/sweep.ts'
import { ask, signedIn } from '../callers.ts'
import { makeClip } from '../clips.ts'
import { serviceSettings } from '../network.ts'
import { startOwnObjectStore, type OwnObjectStore } from '../own-object-store.ts'
import { startProcess, type SystemProcess } from '../system-process.ts'
import {
  doesScheduledJobs,
  publishVideo,
  startVideoSubgraph,
  uploads,
  type PublishedVideo,
  type VideoSubgraph,
} from '../video-subgraph.ts'
import { openHaltingProxy, type HaltingProxy } from './halting-proxy.ts'
import { patience } from '../waiting.ts'

const alice = signedIn('101')
const callerSecret = 'a secret between the gateway and its subgraphs'
const clip = await makeClip({})

let store: OwnObjectStore
let proxy: HaltingProxy
let video: VideoSubgraph
let db: ReturnType<typeof openDatabase<VideoTables>>
beforeAll(async () => {
  store = await startOwnObjectStore()
  proxy = await openHaltingProxy(store.url)
  video = await startVideoSubgraph({ objectStore: store.objectStore })
  db = openDatabase({ url: video.databaseUrl, schema: 'video', poolSize: 1, onConnectionError: () => undefined })
})
afterAll(async () => {
  await db.destroy()
  await video[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

/** The video subgraph in a process of its own, which reaches the object store through the proxy. */
interface Victim extends SystemProcess {
  /** Calls publishVideo; resolves when the process has answered or died. */
  publishes(uploadId: string): Promise<void>
}

async function startVictim(): Promise<Victim> {
  const settings = {
    ...serviceSettings(video.databaseUrl),
    MINIO_ENDPOINT: proxy.url,
    MINIO_ACCESS_KEY: store.accessKey,
    MINIO_SECRET_KEY: store.secretKey,
    CALLER_SECRET: callerSecret,
    ACCESS_TOKEN_SECRETS: `k1:${callerSecret}`,
  }
  const process = startProcess('video', settings)
  onTestFinished(() => process[Symbol.asyncDispose]())
  const url = (await process.line(/ listens on /)).split(' listens on ')[1] ?? ''
  return {
    ...process,
    async publishes(uploadId) {
      const headers = { 'content-type': 'application/json', [callerHeader]: signCaller(callerSecret, alice) }
      const body = JSON.stringify({ query: publishVideo, variables: { uploadId } })
      const answered = fetch(`${url}/graphql`, { method: 'POST', headers, body })
      await answered.then((answer) => answer.text()).catch(() => undefined)
    },
  }
}

async function kill(victim: Victim): Promise<void> {
  victim.child.kill('SIGKILL')
  await victim.ended
}

/** Runs a sweep as if two days had passed. */
function sweepLater(): Promise<SweepReport> {
  const parts = { claims: createSweepRepository(db), removals: createRemovalRepository(db), ...store }
  return sweep(parts, { remove: true, now: new Date(Date.now() + 48 * 60 * 60 * 1_000) })
}

/** Expects that a kill left nothing behind except what the author can resume. */
async function expectInOrder(uploadId: string): Promise<void> {
  expect((await sweepLater()).missing).toEqual([])
  const rows = await video.sql('select play_key, cover_key from videos where id = $1', [uploadId])
  const claimed = rows.flatMap((row) => Object.values(row)).map((key) => `media/${String(key)}`)
  const others = (await store.everything()).filter((object) => !claimed.includes(object))
  // The upload, if it is not published or deleted; it is collected when it expires.
  expect(others.filter((object) => object !== `uploads/videos/${uploadId}`)).toEqual([])
  expect(claimed).toHaveLength(rows.length * 2)

  proxy.halt(uploadId, Infinity)
  const again = await ask<{ publishVideo: { video: PublishedVideo } }>(video.subgraph, alice, publishVideo, {
    uploadId,
  })
  expect(again.publishVideo.video.id).toBe(uploadId)
  expect((await fetch(again.publishVideo.video.playUrl, { method: 'HEAD' })).status).toBe(200)
  expect(await video.sql('select work_count from author_counts')).toEqual([{ work_count: 1 }])
  await clear()
}

/** Deletes the video and collects everything, so that the next test starts empty. */
async function clear(): Promise<void> {
  await video.sql('delete from videos')
  await video.sql('delete from author_counts')
  await video.sql(`update uploads set expires_at = now() - interval '2 hours'`)
  await doesScheduledJobs(video.databaseUrl, store.objectStore)
  expect(await video.sql('select id from uploads')).toEqual([])
  await sweepLater()
  expect(await store.everything()).toEqual([])
}

/** The requests to the object store for publishing one video. */
async function stepsOfPublishing(): Promise<readonly string[]> {
  const uploadId = await uploads(video.subgraph, alice, clip)
  const victim = await startVictim()
  proxy.halt(uploadId, Infinity)
  await victim.publishes(uploadId)
  const steps = proxy.passed
  await kill(victim)
  await expectInOrder(uploadId)
  return steps
}

it('leaves no orphan when it is killed before any request to the object store', { timeout: 240_000 }, async () => {
  const steps = await stepsOfPublishing()
  // At least the copy, its cover, and the deletion of the upload.
  expect(steps.length).toBeGreaterThan(3)
  let next = startVictim()
  for (const step of steps.keys()) {
    const uploadId = await uploads(video.subgraph, alice, clip)
    const victim = await next
    // It starts while the leftovers of the killed one are examined.
    next = startVictim()
    proxy.halt(uploadId, step)
    void victim.publishes(uploadId)
    await proxy.halted
    await kill(victim)
    await expectInOrder(uploadId)
  }
  await next
})

it.each([
  ['writes its row, which is there afterwards', false],
  ['is killed in the middle of writing its row, which is not there afterwards', true],
])('leaves no orphan when it is killed while the database %s', { timeout: 120_000 }, async (_, isCut) => {
  const uploadId = await uploads(video.subgraph, alice, clip)
  const victim = await startVictim()
  const beside = new pg.Client({ connectionString: video.databaseUrl })
  await beside.connect()
  onTestFinished(() => beside.end())
  await beside.query('begin; lock table video.author_counts in access exclusive mode')
  proxy.halt(uploadId, Infinity)
  void victim.publishes(uploadId)
  // Within a transaction pg_stat_activity is a snapshot of its first use; pg_locks is always current.
  const waiting = `from pg_locks where not granted and relation = 'video.author_counts'::regclass`
  await vi.waitFor(async () => expect((await beside.query(`select ${waiting}`)).rowCount).toBe(1), patience)
  await kill(victim)
  if (isCut) await beside.query(`select pg_terminate_backend(pid) ${waiting}`)
  await beside.query('rollback')
  const rows = isCut ? [] : [{ id: uploadId }]
  await vi.waitFor(async () => expect(await video.sql('select id from videos')).toEqual(rows), patience)
  await expectInOrder(uploadId)
})
