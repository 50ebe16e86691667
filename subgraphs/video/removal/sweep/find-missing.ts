import { bucketOf } from '../../storage/object-keys.ts'
import type { Sweeping } from './find-orphans.ts'

/** An object that a row refers to but that does not exist. */
export interface MissingObject {
  readonly videoId: string
  readonly key: string
}

const batch = 500

/** Missing objects of existing videos. */
export async function* findMissing({ claims, objectStore }: Sweeping): AsyncGenerator<MissingObject> {
  for (let lastId = '0'; ;) {
    const videos = await claims.after(lastId, batch)
    for (const { id, keys } of videos) {
      const found = await Promise.all(keys.map((key) => objectStore.stat(bucketOf(key), key)))
      for (const [index, key] of keys.entries()) if (!found[index]) yield { videoId: id, key }
    }
    const last = videos.at(-1)
    if (!last || videos.length < batch) return
    lastId = last.id
  }
}
