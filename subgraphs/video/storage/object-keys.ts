import { randomUUID } from 'node:crypto'
import { publicBucket, restrictedBucket, type MediaBucket } from '../../../platform/storage/object-store.ts'
import type { Visibility } from '../videos/repository.ts'

/** The objects of a video before it was transcoded. */
export interface VideoKeys {
  readonly playKey: string
  readonly coverKey: string
}

/** The key of an upload's file in the upload bucket. */
export function uploadKey(uploadId: string): string {
  return `videos/${uploadId}`
}

/** The folder, in the same bucket, of staged copies of uploads that clients cannot overwrite. */
export const inspections = 'inspections/'

/** A new key for a staged copy. */
export function createInspectionKey(uploadId: string): string {
  return `${inspectionFolder(uploadId)}${randomUUID()}`
}

/** The folder of an upload's staged copies. */
export function inspectionFolder(uploadId: string): string {
  return `${inspections}${uploadId}/`
}

/** Unguessable, unique keys for a video and its cover. */
export function createVideoKeys(videoId: string, extension: string, visibility: Visibility): VideoKeys {
  const folder = visibility === 'PUBLIC' ? `videos/${videoId}/` : createFolder(videoId, visibility)
  const playKey = `${folder}${randomUUID()}.${extension}`
  return { playKey, coverKey: createCoverKey(videoId, playKey) }
}

const restrictedFolder = 'restricted/'

/** The bucket of an object, which its key tells: those of videos that are not public are in a bucket of their own. */
export function bucketOf(key: string): MediaBucket {
  return key.startsWith(restrictedFolder) ? restrictedBucket : publicBucket
}

/** A new, unguessable folder for all objects of a video whose visibility changes. */
export function createFolder(videoId: string, visibility: Visibility): string {
  return `${visibility === 'PUBLIC' ? 'videos/' : restrictedFolder}${videoId}/${randomUUID()}/`
}

/** A new key for a cover of a video, in the bucket of its file. */
export function createCoverKey(videoId: string, playKey: string): string {
  const name = `${randomUUID()}.jpg`
  return bucketOf(playKey) === restrictedBucket ? folderOf(playKey) + name : `covers/${videoId}/${name}`
}

/** The folder for renditions of a video: that of its file, unless another video with the same file was the first. */
export function renditionFolder(videoId: string, playKey: string): string {
  const folder = folderOf(playKey)
  return folder.split('/')[1] === videoId ? folder : `videos/${videoId}/`
}

export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1)
}

export function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1)
}
