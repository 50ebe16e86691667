import type { Caller } from '../../../platform/auth/caller.ts'
import { uploadBucket, type ObjectStore } from '../../../platform/storage/object-store.ts'
import { uploadKey } from '../storage/object-keys.ts'

/** Where the owner can view the file of an upload; null until it is complete. */
export async function previewUrl(
  objectStore: Pick<ObjectStore, 'stat' | 'temporaryUrl'>,
  caller: Pick<Caller, 'origin'>,
  uploadId: string,
): Promise<string | null> {
  const key = uploadKey(uploadId)
  return (await objectStore.stat(uploadBucket, key)) && objectStore.temporaryUrl(caller, key)
}
