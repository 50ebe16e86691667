import type { Caller } from '../../../platform/auth/caller.ts'
import type { ObjectStore } from '../../../platform/storage/object-store.ts'
import type { UserReference } from '../user-reference.ts'
import type { VideoRow, VideoStatus } from './repository.ts'

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
  /** ISO 8601. */
  readonly publishedAt: string
  /** In seconds. */
  readonly duration: number
  readonly width: number
  readonly height: number
  readonly row: VideoRow
}

/** Presents a video, with an author of whom only the id is known. */
export function showVideo(
  row: VideoRow,
  objectStore: Pick<ObjectStore, 'publicUrl'>,
  caller: Pick<Caller, 'origin'>,
): ShownVideo {
  return {
    __typename: 'Video',
    id: row.id,
    title: row.title,
    author: { __typename: 'User', id: row.authorId, workCount: null },
    playUrl: objectStore.publicUrl(caller, row.mp4Key ?? row.playKey),
    hlsUrl: row.hlsKey === null ? null : objectStore.publicUrl(caller, row.hlsKey),
    coverUrl: objectStore.publicUrl(caller, row.coverKey),
    thumbhash: row.thumbhash,
    status: row.status,
    publishedAt: row.publishedAt.toISOString(),
    duration: row.durationMs / 1_000,
    width: row.width,
    height: row.height,
    row,
  }
}
