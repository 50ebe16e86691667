import { uploadBucket, type ObjectStore } from '../../../platform/storage/object-store.ts'
import { inspectionFolder, uploadKey } from '../storage/object-keys.ts'
import type { UploadRepository } from './repository.ts'

/** When an upload expires it may still be in progress, or just being published. */
const graceMs = 60 * 60 * 1_000
const batch = 100

/**
 * Deletes uploads that expired at least an hour ago, with everything sent for them. Several processes may do it at once.
 *
 * A concurrent publication either succeeds, and its video has objects of its own, or finds its upload gone.
 *
 * @returns how many were deleted.
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
      // Parts first, so that nothing can be completed afterwards; the row last, so that an interrupted run is repeated.
      await objectStore.abortParts(uploadKey(id))
      await objectStore.remove(uploadBucket, uploadKey(id))
      // Left by a process that was killed while it inspected the file.
      for await (const { key } of objectStore.list(uploadBucket, inspectionFolder(id))) {
        await objectStore.remove(uploadBucket, key)
      }
    }
    if (expired.length > 0) await uploads.remove(expired)
    collected += expired.length
    if (expired.length < batch) return collected
  }
}
