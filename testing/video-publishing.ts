import { inject } from 'vitest'
import type { Kysely } from 'kysely'
import type { VideoTables } from '../db/ownership.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import type { ObjectStore } from '../platform/storage/object-store.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { createAdmission, publishUpload, type Publishing } from '../subgraphs/video/publishing/publish-upload.ts'
import { createPublicationRepository } from '../subgraphs/video/publishing/repository.ts'
import { openFfmpeg } from '../subgraphs/video/media/ffmpeg.ts'
import { createUpload } from '../subgraphs/video/uploads/create-upload.ts'
import { createTitleRepository } from '../subgraphs/video/titles/repository.ts'
import { createUploadRepository } from '../subgraphs/video/uploads/repository.ts'
import { createVideoRepository, type VideoRow } from '../subgraphs/video/videos/repository.ts'
import { signedIn } from './callers.ts'
import { makeUniqueClip } from './clips.ts'
import { createTestDatabase } from './database.ts'
import { openTestObjectStore, sends } from './video-subgraph.ts'

/** The dependencies of publishing, on a database of its own, for tests that make a step fail. */
export interface TestPublishing extends AsyncDisposable {
  readonly db: Kysely<VideoTables>
  /** Without faults. */
  readonly sound: Publishing
  /** The same with a store whose methods are partly replaced. */
  withStore(changes: (store: ObjectStore) => Partial<ObjectStore>): Publishing
  /** Uploads a clip of the author with a form; returns the upload's id. */
  upload(content?: Buffer): Promise<string>
}

/** The author in these tests. */
export const authorId = '101'

/** Publishes an upload of the author. */
export function publish(publishing: Publishing, uploadId: string): Promise<VideoRow> {
  return publishUpload(publishing, { uploadId, authorId, title: '', coverAtMs: null, visibility: 'PUBLIC' })
}

export async function openTestPublishing(): Promise<TestPublishing> {
  const database = await createTestDatabase()
  const onConnectionError = () => undefined
  const db = openDatabase<VideoTables>({ url: database.url, schema: 'video', poolSize: 4, onConnectionError })
  const limits = { maxBytes: 1024 * 1024, maxSeconds: 10, maxSide: 1_280, maxUploadsPerDay: 1_000 }
  let lastId = 1_000
  const sound: Publishing = {
    ids: { next: () => String(Date.now() * 1_000 + ++lastId) },
    uploads: createUploadRepository(db),
    publications: createPublicationRepository(db),
    titles: createTitleRepository(db),
    announceMentioned: () => undefined,
    videos: createVideoRepository(db),
    cache: { forgetVideo: () => undefined, forgetRow: () => undefined },
    objectStore: await openTestObjectStore(),
    ffmpeg: openFfmpeg({ ...inject('services'), maxSide: limits.maxSide }),
    limits,
    admission: createAdmission(),
    log: createLogger('silent', 'test'),
  }
  return {
    db,
    sound,
    withStore: (changes) => ({ ...sound, objectStore: { ...sound.objectStore, ...changes(sound.objectStore) } }),
    async upload(content) {
      const { uploadId, url, fields } = await createUpload(sound, signedIn(authorId))
      const file = new Blob([new Uint8Array(content ?? (await makeUniqueClip()))])
      const answer = await sends({ url: url ?? '', fields }, file)
      if (!answer.ok) throw new Error(`the object store refused: ${answer.status}`)
      return uploadId
    },
    async [Symbol.asyncDispose]() {
      await db.destroy()
      await database[Symbol.asyncDispose]()
    },
  }
}
