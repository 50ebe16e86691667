import type { Caller } from '../../../platform/auth/caller.ts'
import { restrictedBucket, type ObjectStore } from '../../../platform/storage/object-store.ts'
import { bucketOf } from '../storage/object-keys.ts'
import type { UserReference } from '../user-reference.ts'
import type { VideoRow, VideoStatus, Visibility } from './repository.ts'

/** A video as the graph shows it; everything that does not depend on the viewer is a value. */
export interface ShownVideo {
  readonly __typename: 'Video'
  readonly id: string
  readonly title: string
  readonly author: UserReference
  readonly playUrl: string
  readonly hlsUrl: string | null
  readonly coverUrl: string
  readonly thumbhash: string | null
  readonly status: VideoStatus
  readonly visibility: Visibility
  /** ISO 8601. */
  readonly publishedAt: string
  /** In seconds. */
  readonly duration: number
  readonly width: number
  readonly height: number
  readonly row: VideoRow
}

/** The URL of an object of a video: one that everyone may share, or one that is signed. */
export function mediaUrl(
  key: string,
  objectStore: Pick<ObjectStore, 'publicUrl' | 'signedUrl'>,
  caller: Pick<Caller, 'origin'>,
): string {
  return bucketOf(key) === restrictedBucket ? objectStore.signedUrl(caller, key) : objectStore.publicUrl(caller, key)
}

/** Presents a video, with an author of whom only the id is known. */
export function showVideo(
  row: VideoRow,
  objectStore: Pick<ObjectStore, 'publicUrl' | 'signedUrl'>,
  caller: Pick<Caller, 'origin'>,
): ShownVideo {
  const urlOf = (key: string): string => mediaUrl(key, objectStore, caller)
  return {
    __typename: 'Video',
    id: row.id,
    title: row.title,
    author: { __typename: 'User', id: row.authorId, workCount: null },
    playUrl: urlOf(row.mp4Key ?? row.playKey),
    hlsUrl: row.hlsKey === null ? null : urlOf(row.hlsKey),
    coverUrl: urlOf(row.coverKey),
    thumbhash: row.thumbhash,
    status: row.status,
    visibility: row.visibility,
    publishedAt: row.publishedAt.toISOString(),
    duration: row.durationMs / 1_000,
    width: row.width,
    height: row.height,
    row,
  }
}
