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

/** The content of a bucket's `bucket.json`. */
export interface BucketRecord {
  /** Milliseconds since the epoch. */
  readonly created: number
  /** '' is us-east-1, which S3 reports as empty. */
  readonly region: string
  readonly policy?: string
}

export type Bucket = ReturnType<typeof createBucket>

/**
 * A bucket: `bucket.json`, `uploads/`, and in `objects/` one sealed file per object. Files are named by the hash of the key, so
 * keys cannot point elsewhere, be too long for a file name, or be both a file and a folder.
 *
 * Every version of an object appears or disappears on disk and in the index within one tick. A reader who looks it up and opens
 * its file in one tick therefore gets the same version from both, and writers need no locks.
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

  /** Flushes the entries of a folder of this bucket to disk, unless the bucket has been removed. */
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

    /** Stores `staged` as the object under its key. `precondition` gets the existing object, and throws to reject. */
    async put(
      staged: StagedFile,
      object: StoredObject,
      precondition?: (existing?: StoredObject) => void,
    ): Promise<void> {
      await staged.seal(object)
      // A bucket of the same name may have been created again, with its own index.
      if (removed) throw new S3Error('NoSuchBucket')
      precondition?.(index.get(object.key))
      renameSync(staged.path, fileOf(object.key))
      index.set(object)
      await flush(objectsFolder)
    },

    /** Deletes those of `keys` that exist. */
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

    /** Deletes the bucket, which must be empty. */
    removeSelf(): Promise<void> {
      if (index.size > 0) throw new S3Error('BucketNotEmpty')
      removed = true
      return staging.remove(directory)
    },
  }
}

/** Opens the bucket in `directory`; `undefined` if the folder is not a bucket. */
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
