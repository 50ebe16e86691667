import { randomUUID } from 'node:crypto'

/** The public objects of a video. */
export interface PublicKeys {
  readonly playKey: string
  readonly coverKey: string
}

/** Where the file of an upload waits, in the bucket of uploads. */
export function uploadKey(uploadId: string): string {
  return `videos/${uploadId}`
}

/** The folder, in the same bucket, of copies of uploads that nobody can overwrite. */
export const inspections = 'inspections/'

/** A key for such a copy. */
export function createInspectionKey(uploadId: string): string {
  return `${inspectionFolder(uploadId)}${randomUUID()}`
}

/** Where such copies of an upload lie. */
export function inspectionFolder(uploadId: string): string {
  return `${inspections}${uploadId}/`
}

/** Keys for a video and its cover that nobody can guess and nothing else ever gets. */
export function createPublicKeys(videoId: string, extension: string): PublicKeys {
  return { playKey: `videos/${videoId}/${randomUUID()}.${extension}`, coverKey: createCoverKey(videoId) }
}

/** A key for a cover of a video. */
export function createCoverKey(videoId: string): string {
  return `covers/${videoId}/${randomUUID()}.jpg`
}
