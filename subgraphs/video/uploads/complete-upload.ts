import type { ObjectStore } from '../../../platform/storage/object-store.ts'
import { uploadKey } from '../storage/object-keys.ts'
import { partsMissing } from '../publishing/errors.ts'
import { partsOf } from './parts.ts'
import type { UploadRow } from './repository.ts'

/**
 * Completes the multipart upload of a file, if it has parts. Whether the file then exists only the object store knows: another
 * call may have completed it, and the collection may have aborted it.
 *
 * @throws NotFound while parts are missing.
 */
export async function completeUpload(
  objectStore: Pick<ObjectStore, 'receivedParts' | 'completeParts'>,
  { id, byteSize, multipartId }: UploadRow,
): Promise<void> {
  if (multipartId === null || byteSize === null) return
  const received = await objectStore.receivedParts(uploadKey(id), multipartId)
  if (!received) return
  const arrived = new Map(received.map((part) => [part.number, part]))
  const expected = partsOf(byteSize)
  const parts = expected.flatMap((part) => {
    const found = arrived.get(part.number)
    return found?.byteSize === part.byteSize ? [found] : []
  })
  if (parts.length < expected.length) throw partsMissing(expected.length - parts.length)
  await objectStore.completeParts(uploadKey(id), multipartId, parts)
}
