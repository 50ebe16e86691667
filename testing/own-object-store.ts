import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedS3 } from '../embedded/s3/server.ts'
import { openObjectStore, publicBucket, uploadBucket, type ObjectStore } from '../platform/storage/object-store.ts'

/** An object store for one test file, for tests that list all objects. */
export interface OwnObjectStore extends AsyncDisposable {
  readonly url: string
  readonly accessKey: string
  readonly secretKey: string
  readonly objectStore: ObjectStore
  /** All objects, as `bucket/key`. */
  everything(): Promise<string[]>
}

/** Starts an object store on a free port and an empty folder; its buckets are created. */
export async function startOwnObjectStore(): Promise<OwnObjectStore> {
  const directory = await mkdtemp(join(tmpdir(), 'own-object-store-'))
  const keys = { accessKey: 'own-access-key', secretKey: 'own-secret-key' }
  const service = await startEmbeddedS3({ directory, ...keys, log: () => undefined })
  const objectStore = openObjectStore({ url: service.url, ...keys, publicUrl: service.url })
  await objectStore.prepare()
  return {
    url: service.url,
    ...keys,
    objectStore,
    async everything() {
      const found: string[] = []
      for (const bucket of [publicBucket, uploadBucket] as const) {
        for await (const { key } of objectStore.list(bucket, '')) found.push(`${bucket}/${key}`)
      }
      return found.sort()
    },
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
