import { requireViewer } from '../../../platform/auth/caller.ts'
import { NotFound, TooLarge, UnsupportedMedia } from '../../../platform/runtime/errors.ts'
import { uploadBucket } from '../../../platform/storage/object-store.ts'
import { existingAccount } from '../accounts/existing-account.ts'
import type { UserContext } from '../context.ts'
import { pictureFormat, signatureBytes } from '../../../platform/storage/picture-format.ts'

const maxBytes = 2 * 1024 * 1024
const lifetimeMs = 15 * 60_000

/** Prepares the upload of a picture by the viewer, and clears away those that he left lying. */
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
 * Makes a copy of an uploaded picture public, under a key that nothing else ever has.
 *
 * @returns the key.
 * @throws NotFound when nothing was uploaded.
 * @throws TooLarge
 * @throws UnsupportedMedia when it is not a picture in a known format, by its content.
 */
export async function publishPicture(
  { objectStore, ids }: Pick<UserContext, 'objectStore' | 'ids'>,
  uploadId: string,
): Promise<string> {
  const key = uploadKey(uploadId)
  const object = await objectStore.stat(uploadBucket, key)
  if (!object) throw noSuchUpload()
  if (object.size > maxBytes) throw new TooLarge({ en: 'A picture may have 2 MB at most.', zh: '图片不能超过 2 MB。' })
  try {
    const format = pictureFormat(await objectStore.readStart(uploadBucket, key, signatureBytes))
    if (!format) throw notAPicture()
    const publicKey = `pictures/${ids.next()}.${format.extension}`
    await objectStore.publish(key, publicKey, format.contentType)
    return publicKey
  } catch (error) {
    // Of two calls with one upload, the faster one removes it.
    throw (await objectStore.stat(uploadBucket, key)) ? error : noSuchUpload()
  }
}

/** Removes uploaded pictures that are of no more use. A failure costs room in the store and nothing else. */
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
    en: 'That picture was not uploaded, or its upload has expired.',
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
