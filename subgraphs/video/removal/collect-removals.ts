import { publicBucket, type ObjectStore } from '../../../platform/storage/object-store.ts'
import type { RemovalRepository, RemovalRow } from './repository.ts'
import { objectsOfVideo } from '../storage/video-objects.ts'

export interface RemovalCollection {
  readonly removals: RemovalRepository
  readonly objectStore: Pick<ObjectStore, 'list' | 'remove'>
}

const batch = 100

/**
 * Removes the objects of videos that are gone and whose time of grace is over. Half done it is done again, and
 * several processes may do it at once.
 *
 * @returns the number of videos.
 */
export async function collectRemovals(parts: RemovalCollection): Promise<number> {
  let collected = 0
  for (;;) {
    const due = await parts.removals.due(batch)
    for (const removal of due) await removeObjects(parts, removal)
    collected += due.length
    if (due.length < batch) return collected
  }
}

/**
 * A file that its author published more than once is kept as long as one of those videos exists; the last one deletes it. No
 * new video can share it meanwhile, because sharing requires an existing video.
 */
async function removeObjects({ removals, objectStore }: RemovalCollection, removal: RemovalRow): Promise<void> {
  const objects = await objectsOfVideo(objectStore, removal.videoId)
  const keys = [...new Set([removal.playKey, ...objects.map(({ key }) => key)])]
  const played = await removals.playedAmong(keys)
  for (const key of keys) if (!played.has(key)) await objectStore.remove(publicBucket, key)
  await removals.finish(removal.videoId)
}
