import type { Caller } from '../../../platform/caller.ts'
import type { UploadForm } from '../../../platform/object-store.ts'
import { uploadKey } from './object-keys.ts'
import type { Publishing } from './publish-video.ts'

const lifetimeMs = 24 * 60 * 60 * 1_000

/** An upload, and the form that sends its file to the object store. */
export interface PreparedUpload extends UploadForm {
  readonly uploadId: string
  readonly expiresAt: Date
}

/** Prepares an upload that its owner can send and publish within a day. */
export async function createUpload(
  { ids, uploads, objectStore, limits }: Publishing,
  caller: Pick<Caller, 'origin'>,
  ownerId: string,
): Promise<PreparedUpload> {
  const id = ids.next()
  const expiresAt = new Date(Date.now() + lifetimeMs)
  await uploads.add({ id, ownerId, expiresAt })
  const form = await objectStore.createUploadForm(caller, uploadKey(id), { maxBytes: limits.maxBytes, expiresAt })
  return { uploadId: id, ...form, expiresAt }
}
