import { discardUploads } from './discard-uploads.ts'

/** An upload may still be on its way, or be published at this moment, when it expires. */
const graceMs = 60 * 60 * 1_000
const batch = 100

/**
 * Removes uploads that expired an hour ago or earlier, with their files. Several processes may do it at once.
 *
 * @returns how many it removed.
 */
export async function collectUploads(parts: Parameters<typeof discardUploads>[0]): Promise<number> {
  const moment = new Date(Date.now() - graceMs)
  let collected = 0
  for (;;) {
    const expired = await parts.uploads.expiredBefore(moment, batch)
    await discardUploads(parts, expired)
    collected += expired.length
    if (expired.length < batch) return collected
  }
}
