import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bulkhead, BulkheadRejectedError, type IPolicy } from 'cockatiel'
import { Unavailable } from '../../../platform/runtime/errors.ts'
import type { IdGenerator } from '../../../platform/postgres/id-generator.ts'
import type { Logger } from '../../../platform/runtime/logger.ts'
import { uploadBucket, type ObjectStore } from '../../../platform/storage/object-store.ts'
import type { VideoCache } from '../cache.ts'
import { headLength, nameOfForeignFormat, recognizeContainer, type Container } from '../media/container.ts'
import type { Ffmpeg } from '../media/ffmpeg.ts'
import { completeUpload } from '../uploads/complete-upload.ts'
import { notifiedMentions, type AnnounceMentioned } from '../titles/notified-mentions.ts'
import type { TitleRepository } from '../titles/repository.ts'
import type { UploadRow, UploadRepository } from '../uploads/repository.ts'
import type { VideoRepository, VideoRow, Visibility } from '../videos/repository.ts'
import { hashContent } from '../storage/content-hash.ts'
import { inspectVideo } from './inspect-video.ts'
import type { VideoLimits } from '../storage/limits.ts'
import { bucketOf, createInspectionKey, createVideoKeys, uploadKey, type VideoKeys } from '../storage/object-keys.ts'
import {
  containerNotAccepted,
  empty,
  isFileError,
  notAVideo,
  notUploaded,
  noSuchUpload,
  otherSize,
  tooManyBytes,
} from './errors.ts'
import type { Publication, PublicationRepository } from './repository.ts'
import { createTemporaryFolder } from '../storage/temporary-folder.ts'

export interface Publishing {
  readonly ids: Pick<IdGenerator, 'next'>
  readonly uploads: UploadRepository
  readonly publications: PublicationRepository
  readonly titles: Pick<TitleRepository, 'mentionsIn'>
  readonly announceMentioned: AnnounceMentioned
  readonly videos: VideoRepository
  readonly cache: Pick<VideoCache, 'forgetVideo' | 'forgetRow'>
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
  /** The time of the cover's frame; null chooses one automatically. */
  readonly coverAtMs: number | null
  readonly visibility: Visibility
}

/** Two videos are published at a time, so that the rest of the process keeps a core; a few more may wait. */
export function createAdmission(): IPolicy {
  return bulkhead(2, 20)
}

/**
 * Publishes the file of an upload: once it is checked to be a playable video, it is stored under its own keys and is in every
 * list when this resolves. For an upload that is already published, by an earlier call whose answer got lost or by a concurrent
 * one, it resolves to the same video, even if the title differs.
 *
 * If the file is not acceptable, it is deleted and its upload closed. After any other failure the upload can be tried again.
 *
 * @throws NotFound when the upload is not the author's, has expired, or has no file yet
 * @throws BadUserInput, TooLarge or UnsupportedMedia when the file is not acceptable
 * @throws Unavailable when too many videos are being published
 */
export async function publishUpload(publishing: Publishing, request: PublishRequest): Promise<VideoRow> {
  const { uploads, admission } = publishing
  try {
    const upload = await uploads.findOpen(request.uploadId, request.authorId)
    if (!upload) throw noSuchUpload()
    return await admission.execute(() => publish(publishing, request, upload))
  } catch (error) {
    // The first of concurrent calls removes the upload, and the others fail at any step.
    const published = await findPublished(publishing, request).catch(() => null)
    if (published) return published
    if (isFileError(error)) await tidyUp(publishing, () => discard(publishing, request.uploadId))
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
  const keys = createVideoKeys(request.uploadId, container.extension, request.visibility)
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
  // The same file was published before: the video shares its object.
  if (video.playKey !== keys.playKey) {
    await tidyUp(publishing, () => objectStore.remove(bucketOf(keys.playKey), keys.playKey))
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
 * Inspects the video, then stores it and its cover. A staged copy is inspected, because the client could replace the upload as
 * long as its form is valid.
 */
async function storeFiles(
  publishing: Publishing,
  request: PublishRequest,
  container: Container,
  keys: VideoKeys,
): Promise<Publication> {
  const { objectStore } = publishing
  const inspected = createInspectionKey(request.uploadId)
  await using folder = await createTemporaryFolder()
  const videoPath = join(folder.path, 'video')
  const coverPath = join(folder.path, 'cover.jpg')
  try {
    await objectStore.stage(uploadKey(request.uploadId), inspected)
    await objectStore.download(uploadBucket, inspected, videoPath)
    const cover = { atMs: request.coverAtMs, path: coverPath }
    // Inspecting changes the file.
    const contentHash = await hashContent(videoPath)
    const picture = await inspectVideo(publishing, { path: videoPath, container }, cover)
    const stored = await Promise.allSettled([
      objectStore.publish(inspected, keys.playKey, container.contentType, bucketOf(keys.playKey)),
      objectStore.upload(bucketOf(keys.coverKey), keys.coverKey, coverPath, 'image/jpeg'),
    ])
    // Wait for all uploads before removing anything.
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
      visibility: request.visibility,
    }
  } finally {
    await tidyUp(publishing, () => objectStore.remove(uploadBucket, inspected))
  }
}

/**
 * Inserts the row; null when the upload is gone. When the database does not answer it may have committed, so this asks again;
 * if that fails too, the files are left in place.
 */
async function writeRow(publishing: Publishing, publication: Publication): Promise<VideoRow | null> {
  const { publications, videos, cache, log } = publishing
  const { id, authorId, coverKey } = publication
  const mentions = await notifiedMentions(publishing, publication.title)
  const video = await publications
    .publish(publication, mentions)
    .catch((error: unknown) => {
      log.warn({ err: error, videoId: id }, 'publishing failed; trying again')
      return publications.publish(publication, mentions)
    })
    .finally(() => cache.forgetVideo(id, authorId))
  publishing.announceMentioned(mentions)
  if (video) return video
  const published = (await videos.findMany([id])).get(id)
  return published?.coverKey === coverKey ? published : null
}

/** Closes a rejected upload and deletes its file. Its form works until it expires; anything sent by then is collected later. */
async function discard({ uploads, objectStore }: Publishing, uploadId: string): Promise<void> {
  await uploads.close(uploadId)
  await objectStore.remove(uploadBucket, uploadKey(uploadId))
}

async function removeFiles({ objectStore }: Publishing, { playKey, coverKey }: VideoKeys): Promise<void> {
  await objectStore.remove(bucketOf(playKey), playKey)
  await objectStore.remove(bucketOf(coverKey), coverKey)
}

/** Deletes unused objects. A failure does not change the answer. */
async function tidyUp({ log }: Publishing, remove: () => Promise<void>): Promise<void> {
  await remove().catch((error: unknown) => log.warn({ err: error }, 'an object could not be removed'))
}
