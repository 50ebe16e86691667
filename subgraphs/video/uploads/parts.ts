import type { Caller } from '../../../platform/auth/caller.ts'
import type { ObjectStore } from '../../../platform/storage/object-store.ts'
import { uploadKey } from '../storage/object-keys.ts'
import type { UploadRow } from './repository.ts'

/** A part of a file that is sent separately. */
export interface FilePart {
  readonly number: number
  /** Its offset in the file, in bytes. */
  readonly start: number
  readonly byteSize: number
}

/** A part of a file, where to send it, and whether it has arrived. */
export interface UploadPart extends FilePart {
  readonly url: string
  readonly isReceived: boolean
}

/** Larger than the 5 MiB that S3 requires, and small enough to be sent again over a poor connection. */
export const partBytes = 8 * 1024 * 1024

/** Divides a file into its parts. */
export function partsOf(byteSize: number): FilePart[] {
  return Array.from({ length: Math.ceil(byteSize / partBytes) }, (_, index) => {
    const start = index * partBytes
    return { number: index + 1, start, byteSize: Math.min(partBytes, byteSize - start) }
  })
}

/** The parts of an upload with signed URLs; none when a form sends the file. */
export function signedParts(
  objectStore: Pick<ObjectStore, 'partUrl'>,
  caller: Pick<Caller, 'origin'>,
  { id, byteSize, multipartId, expiresAt }: UploadRow,
  isReceived: (part: FilePart) => boolean = () => false,
): UploadPart[] {
  if (multipartId === null || byteSize === null) return []
  return partsOf(byteSize).map((part) => ({
    ...part,
    url: objectStore.partUrl(caller, uploadKey(id), multipartId, part, expiresAt),
    isReceived: isReceived(part),
  }))
}

/** The parts of an upload, and which of them have arrived. */
export async function resumableParts(
  objectStore: Pick<ObjectStore, 'partUrl' | 'receivedParts'>,
  caller: Pick<Caller, 'origin'>,
  upload: UploadRow,
): Promise<UploadPart[]> {
  if (upload.multipartId === null) return []
  const received = await objectStore.receivedParts(uploadKey(upload.id), upload.multipartId)
  // If the upload is completed, all parts have arrived.
  const sizes = received && new Map(received.map((part) => [part.number, part.byteSize]))
  return signedParts(objectStore, caller, upload, (part) => !sizes || sizes.get(part.number) === part.byteSize)
}
