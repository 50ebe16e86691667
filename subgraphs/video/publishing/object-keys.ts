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

/** Keys for a video and its cover that nobody can guess and nothing else ever gets. */
export function createPublicKeys(videoId: string, extension: string): PublicKeys {
  const secret = randomUUID()
  return { playKey: `videos/${videoId}/${secret}.${extension}`, coverKey: `covers/${videoId}/${secret}.jpg` }
}
