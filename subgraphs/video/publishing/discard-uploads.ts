import { uploadBucket, type ObjectStore } from '../../../platform/object-store.ts'
import { uploadKey } from './object-keys.ts'
import type { UploadRepository } from './repository.ts'

/** Removes uploads, the file before the row: half done, it is done again when the row has expired. */
export async function discardUploads(
  { uploads, objectStore }: { readonly uploads: UploadRepository; readonly objectStore: ObjectStore },
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) await objectStore.remove(uploadBucket, uploadKey(id))
  if (ids.length > 0) await uploads.remove(ids)
}
