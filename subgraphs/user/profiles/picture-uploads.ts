import { requireViewer } from '../../../platform/auth/caller.ts'
import { NotFound, TooLarge, UnsupportedMedia } from '../../../platform/runtime/errors.ts'
import { uploadBucket } from '../../../platform/storage/object-store.ts'
import { existingAccount } from '../accounts/existing-account.ts'
import type { UserContext } from '../context.ts'
import { pictureFormat, signatureBytes } from '../../../platform/storage/picture-format.ts'

const maxBytes = 2 * 1024 * 1024
const lifetimeMs = 15 * 60_000

/** Prepares the upload of a picture by the viewer, and deletes their expired ones. */
export async function createPictureUpload(context: UserContext) {
  const { id: userId } = await existingAccount(context, requireViewer(context.caller).userId)
  const { stores, objectStore, ids, caller } = context
  await removeUploads(context, await stores.profiles.removeExpiredUploads(userId))
  const upload = { id: ids.next(), userId, expiresAt: new Date(Date.now() + lifetimeMs) }
  const limits = { maxBytes, expiresAt: upload.expiresAt }
  const { url, fields } = await objectStore.createUploadForm(caller, uploadKey(upload.id), limits)
  await stores.profiles.addUpload(upload)
  return { uploadId: upload.id, url, fields, ...limits }
}

/**
 * Publishes a copy of an uploaded picture under a new, unique key.
 *
 * @returns the key.
 * @throws NotFound when nothing was uploaded.
 * @throws TooLarge
 * @throws UnsupportedMedia when its content is not in a known picture format.
 */
export async function publishPicture(
  { objectStore, ids }: Pick<UserContext, 'objectStore' | 'ids'>,
  uploadId: string,
): Promise<string> {
  const key = uploadKey(uploadId)
  const object = await objectStore.stat(uploadBucket, key)
  if (!object) throw noSuchUpload()
  if (object.size > maxBytes) throw new TooLarge({ en: 'A picture may be at most 2 MB.', zh: '图片不能超过 2 MB。' })
  try {
    const format = pictureFormat(await objectStore.readStart(uploadBucket, key, signatureBytes))
    if (!format) throw notAPicture()
    const publicKey = `pictures/${ids.next()}.${format.extension}`
    await objectStore.publish(key, publicKey, format.contentType)
    return publicKey
  } catch (error) {
    // The first of two calls with the same upload deletes it.
    throw (await objectStore.stat(uploadBucket, key)) ? error : noSuchUpload()
  }
}

/** Deletes uploaded pictures that are no longer needed. A failure only leaves an unused object in the store. */
export async function removeUploads({ objectStore, log }: UserContext, uploadIds: readonly string[]): Promise<void> {
  await Promise.all(
    uploadIds.map((uploadId) =>
      objectStore.remove(uploadBucket, uploadKey(uploadId)).catch((error: unknown) => {
        log.warn({ err: error, uploadId }, 'a picture upload could not be removed')
      }),
    ),
  )
}

export function noSuchUpload(): NotFound {
  return new NotFound({
    en: 'The picture was not uploaded, or its upload has expired.',
    zh: '图片尚未上传，或上传已过期。',
  })
}

function notAPicture(): UnsupportedMedia {
  return new UnsupportedMedia({
    en: 'A picture must be a PNG, JPEG or WebP file.',
    zh: '图片须为 PNG、JPEG 或 WebP 格式。',
  })
}

function uploadKey(uploadId: string): string {
  return `pictures/${uploadId}`
}
