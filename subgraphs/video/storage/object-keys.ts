import { randomUUID } from 'node:crypto'

/** The public objects of a video. */
export interface PublicKeys {
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
export function createPublicKeys(videoId: string, extension: string): PublicKeys {
  return { playKey: `videos/${videoId}/${randomUUID()}.${extension}`, coverKey: createCoverKey(videoId) }
}

/** A new key for a cover of a video. */
export function createCoverKey(videoId: string): string {
  return `covers/${videoId}/${randomUUID()}.jpg`
}
