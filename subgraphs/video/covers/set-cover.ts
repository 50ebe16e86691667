import { join } from 'node:path'
import { BulkheadRejectedError } from 'cockatiel'
import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { BadUserInput, Unavailable } from '../../../platform/runtime/errors.ts'
import { uploadBucket } from '../../../platform/storage/object-store.ts'
import { bucketOf, createCoverKey, uploadKey } from '../storage/object-keys.ts'
import type { VideoContext } from '../context.ts'
import { notYourVideo } from '../videos/not-your-video.ts'
import type { Publishing } from '../publishing/publish-upload.ts'
import { damaged, noSuchUpload, notUploaded, pictureTooLarge, unusable } from '../publishing/errors.ts'
import { createTemporaryFolder } from '../storage/temporary-folder.ts'
import { headLength, recognizeContainer } from '../media/container.ts'
import type { MediaFile } from '../media/ffmpeg.ts'
import { openVideo } from '../media/open-video.ts'
import { recognizePicture } from '../media/picture-format.ts'
import type { Picture } from '../media/probe-report.ts'
import { completeUpload } from '../uploads/complete-upload.ts'
import type { VideoRow } from '../videos/repository.ts'
import { noSuchVideo } from '../../errors.ts'
import type { SetCoverInput } from '../schema.generated.ts'
import { coverTimeArgument } from './cover-time-argument.ts'
import { notAPicture, pictureTooManyBytes } from './errors.ts'
import { takeCover } from './take-cover.ts'

const maxPictureBytes = 8 * 1024 * 1024

export interface CoverChange {
  readonly videoId: string
  readonly authorId: string
  /** The time in the video; null chooses one automatically. */
  readonly atMs: number | null
  /** The upload of a picture to be used instead. */
  readonly uploadId: string | null
}

/**
 * Gives a video another cover under a new key. The old cover becomes an orphan in the object store: its address works until a
 * sweep deletes it.
 *
 * @throws Unauthenticated for anonymous callers, BadUserInput when both a time and a picture are given
 * @throws NotFound when the video or the upload does not exist, Forbidden when another user published the video
 * @throws TooLarge or UnsupportedMedia when the picture is not acceptable
 * @throws Unavailable when too many videos are being published
 */
export async function setCover(
  context: Pick<VideoContext, 'caller' | 'publishing' | 'publishedFor' | 'cache'>,
  input: SetCoverInput,
): Promise<VideoRow> {
  const change = { authorId: requireViewer(context.caller).userId, ...coverArguments(input) }
  const { publishing } = context
  const { videos, objectStore, admission, log } = publishing
  const video = (await videos.findMany([change.videoId])).get(change.videoId)
  if (video?.authorId !== change.authorId) throw await notYourVideo(change.videoId, context)
  const coverKey = createCoverKey(video.id, video.playKey)
  const thumbhash = await admission.execute(() => storeCover(publishing, video, change, coverKey)).catch(asUnavailable)
  const changed = await videos
    .setCover(video, { coverKey, thumbhash })
    .finally(() => publishing.cache.forgetRow(video.id))
  if (changed) return changed
  await objectStore.remove(bucketOf(coverKey), coverKey).catch((error: unknown) => {
    log.warn({ err: error, coverKey }, 'an object could not be removed')
  })
  // Its visibility may have changed at the same time.
  throw (await videos.findMany([video.id])).has(video.id) ? new Unavailable() : noSuchVideo()
}

/** Resolves to the placeholder of the cover. */
async function storeCover(publishing: Publishing, video: VideoRow, change: CoverChange, key: string): Promise<string> {
  const { ffmpeg, objectStore, uploads } = publishing
  await using folder = await createTemporaryFolder()
  const { file, picture, atMs } =
    change.uploadId === null
      ? { ...(await fetchVideo(publishing, video, folder.path)), atMs: change.atMs }
      : { ...(await fetchPicture(publishing, change.uploadId, change.authorId, folder.path)), atMs: 0 }
  const path = join(folder.path, 'cover.jpg')
  const thumbhash = await takeCover(ffmpeg, file, picture, { atMs, path })
  if (thumbhash === null) throw damaged()
  await objectStore.upload(bucketOf(key), key, path, 'image/jpeg')
  if (change.uploadId !== null) {
    await uploads.close(change.uploadId)
    await objectStore.remove(uploadBucket, uploadKey(change.uploadId))
  }
  return thumbhash
}

interface Shown {
  readonly file: MediaFile
  readonly picture: Picture
}

async function fetchVideo(publishing: Publishing, { playKey }: VideoRow, folder: string): Promise<Shown> {
  const { objectStore, ffmpeg, limits } = publishing
  const path = join(folder, 'video')
  const container = recognizeContainer(await objectStore.readStart(bucketOf(playKey), playKey, headLength))
  if (!container) throw damaged()
  await objectStore.download(bucketOf(playKey), playKey, path)
  const opened = await openVideo(ffmpeg, path, container)
  if ('reason' in opened) throw unusable(opened, limits)
  return { file: opened.selection.file, picture: opened.picture }
}

async function fetchPicture(
  { objectStore, uploads, ffmpeg, limits }: Publishing,
  uploadId: string,
  ownerId: string,
  folder: string,
): Promise<Shown> {
  const upload = await uploads.findOpen(uploadId, ownerId)
  if (!upload) throw noSuchUpload()
  await completeUpload(objectStore, upload)
  const key = uploadKey(uploadId)
  const object = await objectStore.stat(uploadBucket, key)
  if (!object) throw notUploaded()
  if (object.size > maxPictureBytes) throw pictureTooManyBytes(maxPictureBytes)
  const container = recognizePicture(await objectStore.readStart(uploadBucket, key, headLength))
  if (!container) throw notAPicture()
  const path = join(folder, 'picture')
  await objectStore.download(uploadBucket, key, path)
  const file = { path, container }
  const picture = await ffmpeg.probe(file)
  if (picture === 'picture too large') throw pictureTooLarge(limits)
  if (picture === null || picture === 'damaged') throw damaged()
  return { file, picture }
}

/** @throws BadUserInput */
function coverArguments(input: SetCoverInput): Omit<CoverChange, 'authorId'> {
  const videoId = idArgument(input.videoId)
  const uploadId = input.uploadId == null ? null : idArgument(input.uploadId)
  const atMs = coverTimeArgument(input.time)
  if (atMs !== null && uploadId !== null) {
    throw new BadUserInput({ en: 'Choose a cover time or a picture, not both.', zh: '封面时间与图片只能选择其一。' })
  }
  return { videoId, uploadId, atMs }
}

function asUnavailable(error: unknown): never {
  throw error instanceof BulkheadRejectedError ? new Unavailable() : error
}
