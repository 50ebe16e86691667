import { findMissing, type MissingObject } from './find-missing.ts'
import { findVideoOrphans, findUploadOrphans, type Orphan, type Sweeping } from './find-orphans.ts'

export interface SweepOptions {
  /** Whether orphans are deleted or only reported. */
  readonly remove: boolean
  /** The time from which ages are counted. Default now. */
  readonly now?: Date
}

/** The result of a sweep. */
export interface SweepReport {
  /** Deleted, if requested. */
  readonly orphans: readonly Orphan[]
  readonly missing: readonly MissingObject[]
}

/** Compares the object store with the tables of videos and uploads, in both directions. */
export async function sweep(sweeping: Sweeping, { remove, now = new Date() }: SweepOptions): Promise<SweepReport> {
  const orphans: Orphan[] = []
  for (const found of [findVideoOrphans(sweeping, now), findUploadOrphans(sweeping, now)]) {
    for await (const orphan of found) {
      if (remove) await sweeping.objectStore.remove(orphan.bucket, orphan.key)
      orphans.push(orphan)
    }
  }
  const missing: MissingObject[] = []
  for await (const object of findMissing(sweeping)) missing.push(object)
  return { orphans, missing }
}
