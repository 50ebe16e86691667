import { fileURLToPath } from 'node:url'
import { publicBucket, type ObjectStore } from '../../../platform/storage/object-store.ts'

const avatars = pictures('avatar', 8)
const backgrounds = pictures('background', 4)

/** Uploads the default pictures to the public bucket if they are missing. */
export async function storeDefaultPictures(objectStore: ObjectStore): Promise<void> {
  await Promise.all(
    [...avatars, ...backgrounds].map(async (key) => {
      if (await objectStore.stat(publicBucket, key)) return
      await objectStore.upload(publicBucket, key, fileURLToPath(new URL(key, import.meta.url)), 'image/jpeg')
    }),
  )
}

/** The key of a user's default avatar; always the same for a user. */
export function defaultAvatarKey(userId: string): string {
  return pick(avatars, userId)
}

/** The key of a user's default background picture; always the same for a user. */
export function defaultBackgroundKey(userId: string): string {
  return pick(backgrounds, userId)
}

/** Keys that are also paths of files in this folder. */
function pictures(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `defaults/${name}-${index + 1}.jpg`)
}

/** The end of an id, worker and sequence, hardly varies, so all digits are hashed (FNV-1a). */
function pick(keys: readonly string[], userId: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < userId.length; index++) {
    hash = Math.imul(hash ^ userId.charCodeAt(index), 0x01000193)
  }
  return keys[(hash >>> 0) % keys.length] ?? ''
}
