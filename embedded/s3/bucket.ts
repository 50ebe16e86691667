import { createHash } from 'node:crypto'
import { renameSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseBucketPolicy, type BucketPolicy } from './bucket-policy.ts'
import { errorCode, S3Error } from './errors.ts'
import { openUploads } from './multipart.ts'
import { mapAtOnce } from './map-at-once.ts'
import { createObjectIndex, type StoredObject } from './object-index.ts'
import { filesAtOnce, readMetadata } from './sealed-file.ts'
import { syncDirectory, type StagedFile, type Staging } from './staging.ts'

/** What a bucket's `bucket.json` holds. */
export interface BucketRecord {
  /** Milliseconds since the epoch. */
  readonly created: number
  /** '' is us-east-1, as S3 answers it. */
  readonly region: string
  readonly policy?: string
}

export type Bucket = ReturnType<typeof createBucket>

/**
 * A bucket: `bucket.json`, `uploads/`, and in `objects/` a sealed file for each object, named by the hash of its key,
 * so no key can lead elsewhere, be too long for a file name, or be both a file and a folder.
 *
 * Whatever makes a version of an object appear or vanish does so on disk and in the index within one tick. So a reader
 * who looks into the index and opens the file in one tick gets both from the same version, and writers need no locks.
 */
export function createBucket(
  directory: string,
  initial: BucketRecord,
  stored: readonly StoredObject[],
  staging: Staging,
) {
  const name = basename(directory)
  const objectsFolder = join(directory, 'objects')
  const index = createObjectIndex(stored)
  let record = initial
  let policy = initial.policy === undefined ? undefined : parseBucketPolicy(initial.policy, name)
  let removed = false

  function fileOf(key: string): string {
    return join(objectsFolder, createHash('sha256').update(key).digest('hex'))
  }

  /** Puts the entries of a folder of this bucket on the disk, unless the bucket was removed meanwhile. */
  async function flush(folder: string): Promise<void> {
    try {
      await syncDirectory(folder)
    } catch (error) {
      if (!removed) throw error
    }
  }

  return {
    name,
    created: initial.created,
    region: initial.region,
    objects: index as Pick<typeof index, 'get' | 'list' | 'size'>,
    uploads: openUploads(join(directory, 'uploads'), staging),
    fileOf,

    get policy(): BucketPolicy | undefined {
      return policy
    },

    /** Makes `staged` the object, in the place of one of that key. `precondition` sees that one, and throws to refuse. */
    async put(
      staged: StagedFile,
      object: StoredObject,
      precondition?: (existing?: StoredObject) => void,
    ): Promise<void> {
      await staged.seal(object)
      // A bucket of this name may have been created anew, with an index of its own.
      if (removed) throw new S3Error('NoSuchBucket')
      precondition?.(index.get(object.key))
      renameSync(staged.path, fileOf(object.key))
      index.set(object)
      await flush(objectsFolder)
    },

    /** Removes those of `keys` that exist. */
    async remove(keys: readonly string[]): Promise<void> {
      for (const key of keys) {
        if (removed || !index.get(key)) continue
        const removal = staging.remove(fileOf(key))
        index.delete(key)
        await removal
      }
      await flush(objectsFolder)
    },

    async setPolicy(next: BucketPolicy | undefined): Promise<void> {
      const { policy: _previous, ...rest } = record
      const nextRecord = next === undefined ? rest : { ...rest, policy: next.text }
      await staging.writeText(JSON.stringify(nextRecord), (path) => {
        if (removed) throw new S3Error('NoSuchBucket')
        renameSync(path, join(directory, 'bucket.json'))
        record = nextRecord
        policy = next
      })
      await flush(directory)
    },

    /** Removes the bucket itself, which must hold no objects. */
    removeSelf(): Promise<void> {
      if (index.size > 0) throw new S3Error('BucketNotEmpty')
      removed = true
      return staging.remove(directory)
    },
  }
}

/** Opens the bucket in `directory`. `undefined` if that folder holds none. */
export async function openBucket(
  directory: string,
  staging: Staging,
  onDamage: (path: string, error: unknown) => void,
): Promise<Bucket | undefined> {
  let record: BucketRecord
  try {
    record = JSON.parse(await readFile(join(directory, 'bucket.json'), 'utf8')) as BucketRecord
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined
    throw new Error(`The bucket in ${directory} cannot be read: ${String(error)}.`, { cause: error })
  }
  const objectsFolder = join(directory, 'objects')
  const objects = await mapAtOnce(await readdir(objectsFolder), filesAtOnce, async (name) => {
    const file = join(objectsFolder, name)
    try {
      return (await readMetadata(file)) as StoredObject
    } catch (error) {
      onDamage(file, error)
      return undefined
    }
  })
  return createBucket(
    directory,
    record,
    objects.filter((object) => object !== undefined),
    staging,
  )
}
