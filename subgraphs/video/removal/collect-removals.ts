import type { ObjectStore } from '../../../platform/storage/object-store.ts'
import type { RemovalRepository, RemovalRow } from './repository.ts'
import { bucketOf } from '../storage/object-keys.ts'
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
 * Removes objects that videos had before their visibility changed. Half done it is done again, and several processes may do it at
 * once: no video gets one of these keys again. A file that another video of its author plays stays.
 *
 * @param keys by default all that are left.
 * @returns how many.
 */
export async function removeMoved(
  { removals, objectStore }: RemovalCollection,
  keys?: readonly string[],
): Promise<number> {
  let count = 0
  for (;;) {
    const moved = keys ?? (await removals.moved(batch))
    const played = await removals.playedAmong(moved)
    await Promise.all(moved.filter((key) => !played.has(key)).map((key) => objectStore.remove(bucketOf(key), key)))
    await removals.finishMoved(moved)
    count += moved.length
    if (keys || moved.length < batch) return count
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
  for (const key of keys) if (!played.has(key)) await objectStore.remove(bucketOf(key), key)
  await removals.finish(removal.videoId)
}
