import { fileURLToPath } from 'node:url'
import { publicBucket, type ObjectStore } from '../../../platform/storage/object-store.ts'

const avatars = pictures('avatar', 8)
const backgrounds = pictures('background', 4)

/** Puts the pictures of people who have chosen none into the public bucket, as far as they are missing. */
export async function storeDefaultPictures(objectStore: ObjectStore): Promise<void> {
  await Promise.all(
    [...avatars, ...backgrounds].map(async (key) => {
      if (await objectStore.stat(publicBucket, key)) return
      await objectStore.upload(publicBucket, key, fileURLToPath(new URL(key, import.meta.url)), 'image/jpeg')
    }),
  )
}

/** The key of the profile picture of a person who has chosen none; always the same one. */
export function defaultAvatarKey(userId: string): string {
  return pick(avatars, userId)
}

/** The key of the picture behind the profile of a person who has chosen none; always the same one. */
export function defaultBackgroundKey(userId: string): string {
  return pick(backgrounds, userId)
}

/** Keys that are also the paths of the files beside this one. */
function pictures(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `defaults/${name}-${index + 1}.jpg`)
}

/** Ids end in a worker and a sequence that hardly vary, so all digits are mixed (FNV-1a). */
function pick(keys: readonly string[], userId: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < userId.length; index++) {
    hash = Math.imul(hash ^ userId.charCodeAt(index), 0x01000193)
  }
  return keys[(hash >>> 0) % keys.length] ?? ''
}
