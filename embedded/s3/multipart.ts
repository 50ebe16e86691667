import { createHash, randomUUID } from 'node:crypto'
import { renameSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, S3Error } from './errors.ts'
import { mapAtOnce } from './map-at-once.ts'
import { filesAtOnce, readMetadata, readSeal } from './sealed-file.ts'
import { syncDirectory, type StagedFile, type Staging } from './staging.ts'

/** A multipart upload in progress. */
export interface Upload {
  readonly id: string
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly initiated: number
  /** The headers of the future object. */
  readonly headers: Readonly<Record<string, string>>
}

export interface Part {
  /** 1 to 10 000. */
  readonly number: number
  /** MD5 of the part in hex. */
  readonly etag: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly modified: number
}

/** Every part but the last has at least 5 MiB. */
const minimumPartSize = 5 * 1024 * 1024

export type Uploads = ReturnType<typeof openUploads>

/** The multipart uploads of a bucket: one folder each, with `upload.json` and a sealed file per part. */
export function openUploads(directory: string, staging: Staging) {
  const folderOf = (id: string) => join(directory, id)
  const partFile = (upload: Upload, number: number) => join(folderOf(upload.id), `part-${number}`)

  return {
    async create(key: string, headers: Upload['headers']): Promise<Upload> {
      const upload: Upload = { id: randomUUID(), key, initiated: Date.now(), headers }
      const fresh = staging.freshPath()
      await mkdir(fresh)
      await writeFile(join(fresh, 'upload.json'), JSON.stringify(upload), { flush: true })
      try {
        renameSync(fresh, folderOf(upload.id))
        await syncDirectory(directory)
        return upload
      } catch (error) {
        await rm(fresh, { recursive: true, force: true })
        throw errorCode(error) === 'ENOENT' ? new S3Error('NoSuchBucket') : error
      }
    },

    /** Throws `NoSuchUpload`, also if the upload is for another key. */
    async find(id: string, key: string): Promise<Upload> {
      const upload = /^[0-9a-f-]{36}$/.test(id) ? await readUpload(folderOf(id)) : undefined
      if (upload?.key !== key) throw new S3Error('NoSuchUpload')
      return upload
    },

    /** All uploads in S3 order: by key, then oldest first. */
    async list(): Promise<Upload[]> {
      const uploads = await mapAtOnce(await readdir(directory), filesAtOnce, (id) => readUpload(folderOf(id)))
      return uploads
        .filter((upload) => upload !== undefined)
        .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || a.initiated - b.initiated)
    },

    /** Adds a part, or replaces the part with that number. */
    async putPart(upload: Upload, staged: StagedFile, part: Part): Promise<void> {
      await staged.seal(part)
      await orNoSuchUpload(async () => {
        renameSync(staged.path, partFile(upload, part.number))
        await syncDirectory(folderOf(upload.id))
      })
    },

    /** The parts uploaded so far, by number. */
    async parts(upload: Upload): Promise<Part[]> {
      const names = await orNoSuchUpload(() => readdir(folderOf(upload.id)))
      const files = names.filter((name) => name.startsWith('part-')).map((name) => join(folderOf(upload.id), name))
      const parts = await mapAtOnce(files, filesAtOnce, (file) => orNoSuchUpload(() => readMetadata(file)))
      return (parts as Part[]).sort((a, b) => a.number - b.number)
    },

    /**
     * The chosen parts as one stream, and the entity tag of the whole. Throws `InvalidPartOrder` unless the numbers ascend,
     * `InvalidPart` when one is missing or has another entity tag, and `EntityTooSmall`.
     */
    assemble(upload: Upload, uploaded: readonly Part[], chosen: readonly Pick<Part, 'number' | 'etag'>[]) {
      const byNumber = new Map(uploaded.map((part) => [part.number, part]))
      const parts = chosen.map(({ number, etag }, position) => {
        if (number <= (chosen[position - 1]?.number ?? 0)) throw new S3Error('InvalidPartOrder')
        const part = byNumber.get(number)
        if (part?.etag !== etag) throw new S3Error('InvalidPart', `Part ${number} was not found, or has another ETag.`)
        return part
      })
      if (parts.slice(0, -1).some((part) => part.size < minimumPartSize)) throw new S3Error('EntityTooSmall')
      const digests = Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex')))
      return {
        etag: `${createHash('md5').update(digests).digest('hex')}-${parts.length}`,
        content: concatenate(parts.map((part) => ({ part, path: partFile(upload, part.number) }))),
      }
    },

    /** Deletes an upload and its parts; does nothing if it does not exist. */
    async remove(upload: Upload): Promise<void> {
      try {
        await staging.remove(folderOf(upload.id))
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') throw error
      }
    },
  }
}

async function* concatenate(files: readonly { part: Part; path: string }[]): AsyncGenerator<Buffer> {
  for (const { part, path } of files) {
    await using file = await orNoSuchUpload(() => open(path))
    const present = (await readSeal(file)).metadata as Part
    // The part was uploaded again in the meantime.
    if (present.etag !== part.etag) throw new S3Error('InvalidPart')
    if (part.size === 0) continue
    const span = { start: 0, end: part.size - 1, autoClose: false, highWaterMark: 1024 * 1024 }
    yield* file.createReadStream(span) as AsyncIterable<Buffer>
  }
}

async function readUpload(folder: string): Promise<Upload | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'upload.json'), 'utf8')) as Upload
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** When an upload is completed or aborted, its files disappear. */
async function orNoSuchUpload<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw errorCode(error) === 'ENOENT' ? new S3Error('NoSuchUpload') : error
  }
}
