import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bulkhead, BulkheadRejectedError, type IPolicy } from 'cockatiel'
import { Unavailable } from '../../../platform/runtime/errors.ts'
import type { IdGenerator } from '../../../platform/postgres/id-generator.ts'
import type { Logger } from '../../../platform/runtime/logger.ts'
import { publicBucket, uploadBucket, type ObjectStore } from '../../../platform/storage/object-store.ts'
import type { KeptVideos } from '../kept.ts'
import { headLength, nameOfForeignFormat, recognizeContainer, type Container } from '../media/container.ts'
import type { Ffmpeg } from '../media/ffmpeg.ts'
import { completeUpload } from '../uploads/complete-upload.ts'
import type { UploadRow, UploadRepository } from '../uploads/repository.ts'
import type { VideoRepository, VideoRow } from '../videos/repository.ts'
import { hashContent } from '../storage/content-hash.ts'
import { inspectVideo } from './inspect-video.ts'
import type { VideoLimits } from '../storage/limits.ts'
import { createInspectionKey, createPublicKeys, uploadKey, type PublicKeys } from '../storage/object-keys.ts'
import {
  containerNotAccepted,
  empty,
  isRefusal,
  notAVideo,
  notUploaded,
  noSuchUpload,
  otherSize,
  tooManyBytes,
} from './refusals.ts'
import type { Publication, PublicationRepository } from './repository.ts'
import { createTemporaryFolder } from '../storage/temporary-folder.ts'

/** What publishing needs. */
export interface Publishing {
  readonly ids: Pick<IdGenerator, 'next'>
  readonly uploads: UploadRepository
  readonly publications: PublicationRepository
  readonly videos: VideoRepository
  readonly kept: Pick<KeptVideos, 'forgetVideo' | 'forgetRow'>
  readonly objectStore: ObjectStore
  readonly ffmpeg: Ffmpeg
  readonly limits: VideoLimits
  readonly admission: IPolicy
  readonly log: Logger
}

export interface PublishRequest {
  readonly uploadId: string
  readonly authorId: string
  readonly title: string
  /** Which picture becomes the cover; null leaves the choice to us. */
  readonly coverAtMs: number | null
}

/** Lets two videos be published at a time, so that the rest of the process keeps a core, and some more wait. */
export function createAdmission(): IPolicy {
  return bulkhead(2, 20)
}

/**
 * Publishes the file of an upload: what was checked to be a playable video is stored under keys of its own, and is in
 * every list when this answers. An upload that was published already, by an earlier call whose answer got lost or by one
 * at the same time, is answered with the video that it became, whatever title this call has.
 *
 * A refused file is removed, and its upload closed. After any other failure the upload is there to be tried again.
 *
 * @throws NotFound when the upload is not the author's, has expired, or holds no file yet
 * @throws BadUserInput, TooLarge or UnsupportedMedia when the file is refused
 * @throws Unavailable when too many videos are being published
 */
export async function publishUpload(publishing: Publishing, request: PublishRequest): Promise<VideoRow> {
  const { uploads, admission } = publishing
  try {
    const upload = await uploads.findOpen(request.uploadId, request.authorId)
    if (!upload) throw noSuchUpload()
    return await admission.execute(() => publish(publishing, request, upload))
  } catch (error) {
    // Whoever publishes first takes the upload away, and the others fail wherever they are by then.
    const published = await findPublished(publishing, request).catch(() => null)
    if (published) return published
    if (isRefusal(error)) await tidyUp(publishing, () => discard(publishing, request.uploadId))
    throw error instanceof BulkheadRejectedError ? new Unavailable() : error
  }
}

async function findPublished({ videos }: Publishing, request: PublishRequest): Promise<VideoRow | null> {
  const video = (await videos.findMany([request.uploadId])).get(request.uploadId)
  return video?.authorId === request.authorId ? video : null
}

async function publish(publishing: Publishing, request: PublishRequest, upload: UploadRow): Promise<VideoRow> {
  await completeUpload(publishing.objectStore, upload)
  const container = await recognizeUpload(publishing, upload)
  const keys = createPublicKeys(request.uploadId, container.extension)
  let publication: Publication
  try {
    publication = await storeFiles(publishing, request, container, keys)
  } catch (error) {
    await tidyUp(publishing, () => removeFiles(publishing, keys))
    throw error
  }
  const video = await writeRow(publishing, publication)
  if (!video) {
    await tidyUp(publishing, () => removeFiles(publishing, keys))
    throw noSuchUpload()
  }
  const { objectStore } = publishing
  // The same file, published before: the video shares that object.
  if (video.playKey !== keys.playKey) {
    await tidyUp(publishing, () => objectStore.remove(publicBucket, keys.playKey))
  }
  await tidyUp(publishing, () => objectStore.remove(uploadBucket, uploadKey(upload.id)))
  return video
}

async function recognizeUpload({ objectStore, limits }: Publishing, upload: UploadRow): Promise<Container> {
  const key = uploadKey(upload.id)
  const object = await objectStore.stat(uploadBucket, key)
  if (!object) throw notUploaded()
  if (object.size === 0) throw empty()
  if (object.size > limits.maxBytes) throw tooManyBytes(limits)
  if (object.size !== (upload.byteSize ?? object.size)) throw otherSize()
  const head = await objectStore.readStart(uploadBucket, key, headLength)
  const container = recognizeContainer(head)
  if (container) return container
  const foreign = nameOfForeignFormat(head)
  throw foreign === null ? notAVideo() : containerNotAccepted(foreign)
}

/**
 * Stores the video and its cover, and nothing before it was inspected. What is inspected is a copy: the form of the upload
 * still works, so the upload may be another file by now.
 */
async function storeFiles(
  publishing: Publishing,
  request: PublishRequest,
  container: Container,
  keys: PublicKeys,
): Promise<Publication> {
  const { objectStore } = publishing
  const inspected = createInspectionKey(request.uploadId)
  await using folder = await createTemporaryFolder()
  const videoPath = join(folder.path, 'video')
  const coverPath = join(folder.path, 'cover.jpg')
  try {
    await objectStore.setAside(uploadKey(request.uploadId), inspected)
    await objectStore.download(uploadBucket, inspected, videoPath)
    const cover = { atMs: request.coverAtMs, path: coverPath }
    // Inspecting changes the file.
    const contentHash = await hashContent(videoPath)
    const picture = await inspectVideo(publishing, { path: videoPath, container }, cover)
    const stored = await Promise.allSettled([
      objectStore.publish(inspected, keys.playKey, container.contentType),
      objectStore.upload(publicBucket, keys.coverKey, coverPath, 'image/jpeg'),
    ])
    // Only when nothing is under way any more can it be removed.
    const failed = stored.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason as Error
    return {
      id: request.uploadId,
      authorId: request.authorId,
      title: request.title,
      ...keys,
      contentType: container.contentType,
      byteSize: (await stat(videoPath)).size,
      durationMs: picture.durationMs,
      width: picture.width,
      height: picture.height,
      thumbhash: picture.thumbhash,
      contentHash,
      lostSound: picture.lostSound,
    }
  } finally {
    await tidyUp(publishing, () => objectStore.remove(uploadBucket, inspected))
  }
}

/**
 * Writes the row; null when there is nothing to publish any more. When the database does not answer it may have written
 * all the same, so it is asked again, and the files stay where they are if it is silent again.
 */
async function writeRow(publishing: Publishing, publication: Publication): Promise<VideoRow | null> {
  const { publications, videos, kept, log } = publishing
  const { id, authorId, coverKey } = publication
  const video = await publications
    .publish(publication)
    .catch((error: unknown) => {
      log.warn({ err: error, videoId: id }, 'publishing failed; trying again')
      return publications.publish(publication)
    })
    .finally(() => kept.forgetVideo(id, authorId))
  if (video) return video
  const published = (await videos.findMany([id])).get(id)
  return published?.coverKey === coverKey ? published : null
}

/** Closes a refused upload and removes its file. Its form works until it expires; what is sent by then is collected. */
async function discard({ uploads, objectStore }: Publishing, uploadId: string): Promise<void> {
  await uploads.close(uploadId)
  await objectStore.remove(uploadBucket, uploadKey(uploadId))
}

async function removeFiles({ objectStore }: Publishing, { playKey, coverKey }: PublicKeys): Promise<void> {
  await objectStore.remove(publicBucket, playKey)
  await objectStore.remove(publicBucket, coverKey)
}

/** Removes what nobody needs. Failing at that changes no answer. */
async function tidyUp({ log }: Publishing, remove: () => Promise<void>): Promise<void> {
  await remove().catch((error: unknown) => log.warn({ err: error }, 'an object could not be removed'))
}
