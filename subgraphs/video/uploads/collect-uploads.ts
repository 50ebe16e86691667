import { uploadBucket, type ObjectStore } from '../../../platform/storage/object-store.ts'
import { inspectionFolder, uploadKey } from '../storage/object-keys.ts'
import type { UploadRepository } from './repository.ts'

/** An upload may still be on its way, or be published at this moment, when it expires. */
const graceMs = 60 * 60 * 1_000
const batch = 100

/**
 * Removes uploads that expired an hour ago or earlier, with whatever was sent for them. Several processes may do it at once.
 *
 * What is being published meanwhile either becomes a video, of which nothing is removed since it has objects of its own, or
 * finds its upload gone.
 *
 * @returns how many it removed.
 */
export async function collectUploads(parts: {
  readonly uploads: UploadRepository
  readonly objectStore: ObjectStore
}): Promise<number> {
  const { uploads, objectStore } = parts
  const moment = new Date(Date.now() - graceMs)
  await uploads.removePastDays()
  let collected = 0
  for (;;) {
    const expired = await uploads.expiredBefore(moment, batch)
    for (const id of expired) {
      // Parts first: afterwards nothing can be put together any more. The row last: half done, it is done again.
      await objectStore.abortParts(uploadKey(id))
      await objectStore.remove(uploadBucket, uploadKey(id))
      // Of a process that was killed while it inspected the file.
      for await (const { key } of objectStore.list(uploadBucket, inspectionFolder(id))) {
        await objectStore.remove(uploadBucket, key)
      }
    }
    if (expired.length > 0) await uploads.remove(expired)
    collected += expired.length
    if (expired.length < batch) return collected
  }
}
