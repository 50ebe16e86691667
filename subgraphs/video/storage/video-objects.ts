import { isId } from '../../../platform/graphql/ids.ts'
import { bucketOf } from './object-keys.ts'
import type { ListedObject, ObjectStore } from '../../../platform/storage/object-store.ts'

/** The folders that contain a folder for each video, named by its id. */
export const videoFolders = ['videos/', 'covers/', 'restricted/'] as const

/** The video to which an object in these folders belongs; null when the key does not have our format. */
export function videoIdOf(key: string): string | null {
  const id = /^(?:videos|covers|restricted)\/(\d+)\//.exec(key)?.[1]
  return id !== undefined && isId(id) ? id : null
}

/** All stored objects of a video. */
export async function objectsOfVideo(objectStore: Pick<ObjectStore, 'list'>, videoId: string): Promise<ListedObject[]> {
  const objects: ListedObject[] = []
  for (const folder of videoFolders) {
    for await (const object of objectStore.list(bucketOf(folder), `${folder}${videoId}/`)) objects.push(object)
  }
  return objects
}
