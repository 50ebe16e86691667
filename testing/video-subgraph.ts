import { openAsBlob } from 'node:fs'
import { Client } from 'minio'
import pg from 'pg'
import { inject } from 'vitest'
import type { VideoTables } from '../db/ownership.ts'
import type { Caller } from '../platform/auth/caller.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import {
  openObjectStore,
  publicBucket,
  restrictedBucket,
  uploadBucket,
  type ObjectStore,
} from '../platform/storage/object-store.ts'
import type { Subgraph } from '../platform/graphql/subgraph.ts'
import { scheduledVideoJobs } from '../subgraphs/video/scheduled-jobs.ts'
import { startVideo, type VideoOptions } from '../subgraphs/video/server.ts'
import { ask } from './callers.ts'
import { createTestDatabase } from './database.ts'

/** The video subgraph with a database of its own. */
export interface VideoSubgraph extends AsyncDisposable {
  readonly subgraph: Subgraph
  readonly databaseUrl: string
  /** The SQL statements since the last call. */
  takeQueries(): string[]
  /** Runs SQL on a separate connection; unqualified names are the subgraph's tables. */
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>
}

/** Starts the video subgraph on the services of the test run. Its public URLs are those of the object store. */
export async function startVideoSubgraph(options: Partial<VideoOptions> = {}): Promise<VideoSubgraph> {
  const { ffmpegPath, ffprobePath } = inject('services')
  const database = await createTestDatabase()
  const objectStore = await openTestObjectStore()
  const queries: string[] = []
  const subgraph = await startVideo({
    database,
    databasePoolSize: 8,
    listensForChanges: false,
    objectStore,
    ffmpegPath,
    ffprobePath,
    limits: { maxBytes: 1024 * 1024, maxSeconds: 10, maxSide: 1_280, maxUploadsPerDay: 1_000 },
    onQuery: (sql) => queries.push(sql),
    log: createLogger('silent', 'test'),
    ...options,
  })
  const beside = new pg.Client({ connectionString: database.url, options: '-c search_path=video' })
  await beside.connect()

  return {
    subgraph,
    databaseUrl: database.url,
    takeQueries: () => queries.splice(0),
    sql: async (text, values = []) => (await beside.query<Record<string, unknown>>(text, [...values])).rows,
    async [Symbol.asyncDispose]() {
      await subgraph[Symbol.asyncDispose]()
      await beside.end()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Does every scheduled job of the video subgraph once, one after the other. */
export async function doesScheduledJobs(databaseUrl: string, objectStore?: ObjectStore): Promise<void> {
  await using db = openDatabase<VideoTables>({
    url: databaseUrl,
    schema: 'video',
    poolSize: 1,
    onConnectionError: () => undefined,
  })
  for (const { work } of scheduledVideoJobs(db, objectStore ?? (await openTestObjectStore()))) await work()
}

/** The object store of the test run, which clients reach at its own address. */
export async function openTestObjectStore(): Promise<ObjectStore> {
  const { objectStore: store } = inject('services')
  const objectStore = openObjectStore({ ...store, publicUrl: store.url })
  await objectStore.prepare()
  return objectStore
}

/** How to send a file, as returned by `createUpload`. */
export interface CreatedUpload {
  readonly uploadId: string
  readonly url: string
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  readonly expiresAt: string
}

/** Prepares an upload. */
export async function createsUpload(subgraph: Subgraph, caller: Caller): Promise<CreatedUpload> {
  const document = 'mutation { createUpload { uploadId url fields { name value } expiresAt } }'
  return (await ask<{ createUpload: CreatedUpload }>(subgraph, caller, document)).createUpload
}

/** Sends a file to the object store with the form of an upload, as a browser does. */
export async function sends(upload: Pick<CreatedUpload, 'url' | 'fields'>, file: Blob): Promise<Response> {
  const form = new FormData()
  for (const { name, value } of upload.fields) form.append(name, value)
  form.append('file', file, 'holiday.mp4')
  return fetch(upload.url, { method: 'POST', body: form })
}

/** Uploads a file of this machine, or bytes; returns the upload's id. */
export async function uploads(subgraph: Subgraph, caller: Caller, file: string | Buffer): Promise<string> {
  const upload = await createsUpload(subgraph, caller)
  const blob = typeof file === 'string' ? await openAsBlob(file) : new Blob([new Uint8Array(file)])
  const answer = await sends(upload, blob)
  if (!answer.ok) throw new Error(`the object store refused: ${answer.status} ${await answer.text()}`)
  return upload.uploadId
}

/** Publishes an upload, and selects all fields of the video. */
export const publishVideo = `mutation ($uploadId: ID!, $title: String! = "") {
  publishVideo(input: { uploadId: $uploadId, title: $title }) {
    video { id title playUrl coverUrl publishedAt duration width height author { id } }
  }
}`

/** A video as selected by `publishVideo`. */
export interface PublishedVideo {
  readonly id: string
  readonly title: string
  readonly playUrl: string
  readonly coverUrl: string
  readonly publishedAt: string
  readonly duration: number
  readonly width: number
  readonly height: number
  readonly author: { readonly id: string }
}

/** Uploads a file and publishes it. */
export async function publishes(
  subgraph: Subgraph,
  caller: Caller,
  file: string | Buffer,
  title = '',
): Promise<PublishedVideo> {
  const variables = { uploadId: await uploads(subgraph, caller, file), title }
  const data = await ask<{ publishVideo: { video: PublishedVideo } }>(subgraph, caller, publishVideo, variables)
  return data.publishVideo.video
}

/** All objects of an upload and its video, as `bucket/key`. */
export async function objectsOf(uploadId: string): Promise<string[]> {
  const { url, accessKey, secretKey } = inject('services').objectStore
  const { hostname, port } = new URL(url)
  const client = new Client({ endPoint: hostname, port: Number(port), useSSL: false, accessKey, secretKey })
  const found: string[] = []
  for (const bucket of [publicBucket, restrictedBucket, uploadBucket]) {
    for (const prefix of [
      `videos/${uploadId}`,
      `covers/${uploadId}`,
      `inspections/${uploadId}`,
      `restricted/${uploadId}`,
    ]) {
      for await (const { name } of client.listObjectsV2(bucket, prefix, true)) found.push(`${bucket}/${name ?? ''}`)
    }
  }
  return found
}
