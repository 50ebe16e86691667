import { renameSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createBucket, openBucket, type Bucket, type BucketRecord } from './bucket.ts'
import { S3Error } from './errors.ts'
import { openStaging, syncDirectory } from './staging.ts'

export type ObjectFolder = Awaited<ReturnType<typeof openObjectFolder>>

/**
 * A folder of buckets: `buckets/<name>/…`, and `staging/` for files that are not yet, or no longer, in a bucket. `onDamage` is
 * called for unreadable files; they are left in place and their objects are not served.
 */
export async function openObjectFolder(directory: string, onDamage: (path: string, error: unknown) => void) {
  const bucketsFolder = join(directory, 'buckets')
  const staging = await openStaging(join(directory, 'staging'))
  await mkdir(bucketsFolder, { recursive: true })
  const buckets = new Map<string, Bucket>()
  for (const name of await readdir(bucketsFolder)) {
    const bucket = await openBucket(join(bucketsFolder, name), staging, onDamage)
    if (bucket) buckets.set(name, bucket)
  }

  function find(name: string): Bucket {
    const bucket = buckets.get(name)
    if (!bucket) throw new S3Error('NoSuchBucket')
    return bucket
  }

  return {
    staging,

    /** The bucket with that name. Throws `NoSuchBucket`. */
    bucket: find,

    /** All buckets, by name. */
    buckets(): Bucket[] {
      return [...buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    },

    /** Throws `InvalidBucketName`, or `BucketAlreadyOwnedByYou` if it exists. */
    async createBucket(name: string, region: string): Promise<void> {
      if (!isBucketName(name)) throw new S3Error('InvalidBucketName')
      const record: BucketRecord = { created: Date.now(), region }
      const fresh = staging.freshPath()
      await mkdir(join(fresh, 'objects'), { recursive: true })
      await mkdir(join(fresh, 'uploads'))
      await writeFile(join(fresh, 'bucket.json'), JSON.stringify(record), { flush: true })
      await syncDirectory(fresh)
      if (buckets.has(name)) {
        await staging.remove(fresh)
        throw new S3Error('BucketAlreadyOwnedByYou')
      }
      renameSync(fresh, join(bucketsFolder, name))
      buckets.set(name, createBucket(join(bucketsFolder, name), record, [], staging))
      await syncDirectory(bucketsFolder)
    },

    /** Throws `NoSuchBucket`, or `BucketNotEmpty` if it contains objects; uploads in progress are aborted. */
    async removeBucket(name: string): Promise<void> {
      const removal = find(name).removeSelf()
      buckets.delete(name)
      await removal
      await syncDirectory(bucketsFolder)
    },
  }
}

/** 3 to 63 of a-z, 0-9, `.` and `-`, beginning and ending with a letter or digit, and not like an IP address. */
function isBucketName(name: string): boolean {
  return /^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)
}
