import { isId } from '../../../platform/graphql/ids.ts'
import { publicBucket, type ListedObject, type ObjectStore } from '../../../platform/storage/object-store.ts'

/** The folders of the public bucket that hold, for each video, a folder named by its id. */
export const videoFolders = ['videos/', 'covers/'] as const

/** The video to which an object of these folders belongs; null when its key is none that we give. */
export function videoIdOf(key: string): string | null {
  const id = /^(?:videos|covers)\/(\d+)\//.exec(key)?.[1]
  return id !== undefined && isId(id) ? id : null
}

/** Everything that was ever stored for a video and is still there. */
export async function objectsOfVideo(objectStore: Pick<ObjectStore, 'list'>, videoId: string): Promise<ListedObject[]> {
  const objects: ListedObject[] = []
  for (const folder of videoFolders) {
    for await (const object of objectStore.list(publicBucket, `${folder}${videoId}/`)) objects.push(object)
  }
  return objects
}
