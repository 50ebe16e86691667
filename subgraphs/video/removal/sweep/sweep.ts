import { findMissing, type MissingObject } from './find-missing.ts'
import { findPublicOrphans, findUploadOrphans, type Orphan, type Sweeping } from './find-orphans.ts'

export interface SweepOptions {
  /** Whether orphans are removed; else they are only told. */
  readonly remove: boolean
  /** The moment from which ages are counted. Default now. */
  readonly now?: Date
}

/** What a sweep found. */
export interface SweepReport {
  /** Removed, if that was asked for. */
  readonly orphans: readonly Orphan[]
  readonly missing: readonly MissingObject[]
}

/** Compares the object store with the tables of videos and uploads, both ways. */
export async function sweep(sweeping: Sweeping, { remove, now = new Date() }: SweepOptions): Promise<SweepReport> {
  const orphans: Orphan[] = []
  for (const found of [findPublicOrphans(sweeping, now), findUploadOrphans(sweeping, now)]) {
    for await (const orphan of found) {
      if (remove) await sweeping.objectStore.remove(orphan.bucket, orphan.key)
      orphans.push(orphan)
    }
  }
  const missing: MissingObject[] = []
  for await (const object of findMissing(sweeping)) missing.push(object)
  return { orphans, missing }
}
