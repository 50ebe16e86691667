import { randomUUID } from 'node:crypto'

/** Where the file of an upload waits, in the bucket of uploads. */
export function uploadKey(uploadId: string): string {
  return `videos/${uploadId}`
}

/** Two public keys for a video and its cover, which nobody can guess and nothing else ever gets. */
export function createPublicKeys(videoId: string, extension: string): { playKey: string; coverKey: string } {
  const secret = randomUUID()
  return { playKey: `videos/${videoId}/${secret}.${extension}`, coverKey: `covers/${videoId}/${secret}.jpg` }
}
