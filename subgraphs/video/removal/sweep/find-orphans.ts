import { isId } from '../../../../platform/graphql/ids.ts'
import {
  uploadBucket,
  type Bucket,
  type ListedObject,
  type ObjectStore,
} from '../../../../platform/storage/object-store.ts'
import { bucketOf, inspections } from '../../storage/object-keys.ts'
import type { RemovalRepository } from '../repository.ts'
import { videoFolders, videoIdOf } from '../../storage/video-objects.ts'
import type { SweepRepository, VideoClaims } from './repository.ts'

export interface Sweeping {
  readonly claims: SweepRepository
  readonly removals: RemovalRepository
  readonly objectStore: Pick<ObjectStore, 'list' | 'stat' | 'readStart' | 'remove'>
}

/** An object that no row refers to. */
export interface Orphan {
  readonly bucket: Bucket
  readonly key: string
  /** In bytes. */
  readonly size: number
}

const hourMs = 60 * 60 * 1_000
const batch = 500

/** Objects of videos older than an hour that neither a video nor a pending removal refers to. */
export async function* findVideoOrphans(sweeping: Sweeping, now: Date): AsyncGenerator<Orphan> {
  for (const folder of videoFolders) {
    for await (const objects of oldObjects(sweeping, bucketOf(folder), folder, now.getTime() - hourMs)) {
      const known = await knownAmong(sweeping, objects)
      for (const { key, size } of objects) if (!known(key)) yield { bucket: bucketOf(key), key, size }
    }
  }
}

/** Uploads without a row, and their staged copies, if they are older than a day. */
export async function* findUploadOrphans(sweeping: Sweeping, now: Date): AsyncGenerator<Orphan> {
  const bornBeforeMs = now.getTime() - 24 * hourMs
  for await (const objects of oldObjects(sweeping, uploadBucket, 'videos/', bornBeforeMs)) {
    const idOf = ({ key }: ListedObject): string => key.slice('videos/'.length)
    const expected = await sweeping.claims.uploadsAmong(objects.map(idOf).filter(isId))
    for (const object of objects) {
      if (!expected.has(idOf(object))) yield { bucket: uploadBucket, key: object.key, size: object.size }
    }
  }
  for await (const objects of oldObjects(sweeping, uploadBucket, inspections, bornBeforeMs)) {
    for (const { key, size } of objects) yield { bucket: uploadBucket, key, size }
  }
}

async function* oldObjects({ objectStore }: Sweeping, bucket: Bucket, prefix: string, bornBeforeMs: number) {
  let objects: ListedObject[] = []
  for await (const object of objectStore.list(bucket, prefix)) {
    if (object.modifiedAt.getTime() < bornBeforeMs) objects.push(object)
    if (objects.length < batch) continue
    yield objects
    objects = []
  }
  if (objects.length > 0) yield objects
}

async function knownAmong(sweeping: Sweeping, objects: readonly ListedObject[]): Promise<(key: string) => boolean> {
  const ids = [...new Set(objects.map(({ key }) => videoIdOf(key)).filter((id) => id !== null))]
  // In this order, so that a video deleted in between is found among the removals.
  const claims = await sweeping.claims.ofVideos(ids)
  const pending = await sweeping.removals.pendingAmong(ids)
  const known = await sweeping.removals.playedAmong(objects.map(({ key }) => key))
  const undecided = new Set<string>()
  for (const video of claims.values()) {
    const named = await namedBy(sweeping, video)
    if (named) for (const key of named) known.add(key)
    else undecided.add(video.id)
  }
  return (key) => {
    const id = videoIdOf(key)
    return known.has(key) || (id !== null && (pending.has(id) || undecided.has(id)))
  }
}

/** All keys that a video refers to, directly and through its playlists; null when that is not known (yet). */
async function namedBy({ objectStore }: Sweeping, video: VideoClaims): Promise<readonly string[] | null> {
  if (video.status === 'UPLOADED' || video.status === 'PROCESSING') return null
  if (video.hlsKey === null) return video.keys
  const parts = await partsOf(objectStore, video.hlsKey)
  return parts && [...video.keys, ...parts]
}

const maxPlaylistBytes = 1024 * 1024

/** The keys that a playlist refers to, recursively; null when one of the playlists is missing. */
async function partsOf(objectStore: Sweeping['objectStore'], playlistKey: string): Promise<string[] | null> {
  if (!(await objectStore.stat(bucketOf(playlistKey), playlistKey))) return null
  const text = (await objectStore.readStart(bucketOf(playlistKey), playlistKey, maxPlaylistBytes)).toString()
  const folder = playlistKey.slice(0, playlistKey.lastIndexOf('/') + 1)
  const parts = new Set([...text.matchAll(/\b[\w-]{1,100}\.(?:m3u8|mp4)/g)].map(([name]) => folder + name))
  for (const key of [...parts].filter((part) => part.endsWith('.m3u8'))) {
    const below = await partsOf(objectStore, key)
    if (!below) return null
    for (const part of below) parts.add(part)
  }
  return [...parts]
}
