import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bulkhead, BulkheadRejectedError, type IPolicy } from 'cockatiel'
import { BadUserInput, NotFound, PublicError, TooLarge, Unavailable } from '../../../platform/errors.ts'
import type { IdGenerator } from '../../../platform/id-generator.ts'
import type { Logger } from '../../../platform/logger.ts'
import { publicBucket, uploadBucket, type ObjectStore } from '../../../platform/object-store.ts'
import type { Ffmpeg } from '../transcoding/ffmpeg.ts'
import type { VideoRepository, VideoRow } from '../videos/repository.ts'
import { discardUploads } from './discard-uploads.ts'
import { inspectVideo, type AcceptedVideo, type VideoLimits } from './inspect-video.ts'
import { createPublicKeys, uploadKey } from './object-keys.ts'
import type { Publication, UploadRepository } from './repository.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

/** What publishing needs. */
export interface Publishing {
  readonly ids: Pick<IdGenerator, 'next'>
  readonly uploads: UploadRepository
  readonly videos: VideoRepository
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
 * A refused file is removed with its upload. After any other failure the upload is there to be tried again.
 *
 * @throws NotFound when the upload is not the author's, has expired, or holds no file yet
 * @throws BadUserInput, TooLarge or UnsupportedMedia when the file is refused
 * @throws Unavailable when too many videos are being published
 */
export async function publishVideo(publishing: Publishing, request: PublishRequest): Promise<VideoRow> {
  const { uploads, admission } = publishing
  try {
    if (!(await uploads.isOpen(request.uploadId, request.authorId))) throw noSuchUpload()
    return await admission.execute(() => publish(publishing, request))
  } catch (error) {
    // Whoever publishes first takes the upload away, and the others fail wherever they are by then.
    const published = await findPublished(publishing, request).catch(() => null)
    if (published) return published
    throw error instanceof BulkheadRejectedError ? new Unavailable() : error
  }
}

async function findPublished({ videos }: Publishing, request: PublishRequest): Promise<VideoRow | null> {
  const video = (await videos.findMany([request.uploadId])).get(request.uploadId)
  return video?.authorId === request.authorId ? video : null
}

async function publish(publishing: Publishing, request: PublishRequest): Promise<VideoRow> {
  await using folder = await createTemporaryFolder()
  const videoPath = join(folder.path, 'video')
  const coverPath = join(folder.path, 'cover.jpg')
  const { container, ...picture } = await accept(publishing, request.uploadId, videoPath, coverPath)
  const video = await store(publishing, videoPath, coverPath, {
    id: request.uploadId,
    authorId: request.authorId,
    title: request.title,
    ...createPublicKeys(request.uploadId, container.extension),
    contentType: container.contentType,
    byteSize: (await stat(videoPath)).size,
    durationMs: picture.durationMs,
    width: picture.width,
    height: picture.height,
  })
  await tidyUp(publishing, () => discardUploads(publishing, [request.uploadId]))
  return video
}

/** Fetches the file of an upload and looks into it. Refusing it removes the upload. */
async function accept(
  publishing: Publishing,
  uploadId: string,
  videoPath: string,
  coverPath: string,
): Promise<AcceptedVideo> {
  const { objectStore, limits } = publishing
  const object = await objectStore.stat(uploadBucket, uploadKey(uploadId))
  if (!object) throw notUploaded()
  try {
    if (object.size === 0) throw empty()
    if (object.size > limits.maxBytes) throw tooManyBytes(limits)
    await objectStore.download(uploadBucket, uploadKey(uploadId), videoPath)
    return await inspectVideo(publishing, videoPath, coverPath)
  } catch (error) {
    if (error instanceof PublicError) await tidyUp(publishing, () => discardUploads(publishing, [uploadId]))
    throw error
  }
}

/** Stores the files, then the row. Files to which no row points are removed. */
async function store(
  publishing: Publishing,
  videoPath: string,
  coverPath: string,
  publication: Publication,
): Promise<VideoRow> {
  const { objectStore } = publishing
  const { playKey, coverKey, contentType } = publication
  const removeFiles = () =>
    tidyUp(publishing, async () => {
      await objectStore.remove(publicBucket, playKey)
      await objectStore.remove(publicBucket, coverKey)
    })
  try {
    // The file that was inspected, not the upload: its form still works, so there may be another file by now.
    await objectStore.upload(publicBucket, playKey, videoPath, contentType)
    await objectStore.upload(publicBucket, coverKey, coverPath, 'image/jpeg')
  } catch (error) {
    await removeFiles()
    throw error
  }
  const video = await record(publishing, publication)
  if (video) return video
  await removeFiles()
  throw noSuchUpload()
}

/**
 * Writes the row; null when there is nothing to publish any more. When the database does not answer it may have written
 * all the same, so it is asked again, and the files stay where they are if it is silent again.
 */
async function record({ uploads, videos, log }: Publishing, publication: Publication): Promise<VideoRow | null> {
  const { id, playKey } = publication
  const video = await uploads.publish(publication).catch((error: unknown) => {
    log.warn({ err: error, playKey }, 'publishing again what may be published')
    return uploads.publish(publication)
  })
  if (video) return video
  const published = (await videos.findMany([id])).get(id)
  return published?.playKey === playKey ? published : null
}

/** Removes what nobody needs. Failing at that changes no answer. */
async function tidyUp({ log }: Publishing, remove: () => Promise<void>): Promise<void> {
  await remove().catch((error: unknown) => log.warn({ err: error }, 'something stayed behind in the object store'))
}

function noSuchUpload(): NotFound {
  return new NotFound({
    en: 'There is no such upload, or it has expired. Start again.',
    zh: '上传不存在或已过期，请重新上传。',
  })
}

function notUploaded(): NotFound {
  return new NotFound({
    en: 'The video is not uploaded yet. Send the file, then publish it.',
    zh: '视频尚未上传，请先上传文件再发布。',
  })
}

function empty(): BadUserInput {
  return new BadUserInput({ en: 'This file is empty. Choose another one.', zh: '文件为空，请选择其他文件。' })
}

function tooManyBytes({ maxBytes }: VideoLimits): TooLarge {
  const megabytes = Math.floor(maxBytes / 1024 / 1024)
  return new TooLarge({
    en: `This file is too large: at most ${megabytes} MB are allowed.`,
    zh: `文件过大，最大 ${megabytes} MB。`,
  })
}
