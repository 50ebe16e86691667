import { Client, CopyDestinationOptions, CopySourceOptions, S3Error, type BucketItem } from 'minio'
import type { Caller } from '../auth/caller.ts'
import { createMultipartUploads, type Part } from './multipart-uploads.ts'
import { presign, type PresignedRequest } from './presigned-url.ts'
import { createTemporaryPaths } from './temporary-paths.ts'

/** The two buckets: what everyone may read, and what was uploaded but not accepted yet. */
export const publicBucket = 'media'
export const uploadBucket = 'uploads'
export type Bucket = typeof publicBucket | typeof uploadBucket

/** What a stored object is. */
export interface StoredObject {
  /** In bytes. */
  readonly size: number
}

/** An object among others. */
export interface ListedObject extends StoredObject {
  readonly key: string
  readonly modifiedAt: Date
}

/** A browser form that uploads one object (S3 POST policy): its fields go before the file, which is named `file`. */
export interface UploadForm {
  /** Where to POST it. */
  readonly url: string
  readonly fields: readonly { readonly name: string; readonly value: string }[]
}

export interface ObjectStoreOptions {
  /** `http://host:port` of MinIO or another S3. */
  readonly url: string
  readonly accessKey: string
  readonly secretKey: string
  /** Where clients reach the buckets; else the doors pass `/media` and `/uploads` on. */
  readonly publicUrl?: string | undefined
}

const region = 'us-east-1'

export type ObjectStore = ReturnType<typeof openObjectStore>

/** Opens the S3 store of everything that is a file. Keys are paths; errors are the store's own unless said otherwise. */
export function openObjectStore(options: ObjectStoreOptions) {
  const { hostname, port, protocol } = new URL(options.url)
  const client = new Client({
    endPoint: hostname,
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    useSSL: protocol === 'https:',
    accessKey: options.accessKey,
    secretKey: options.secretKey,
    region,
  })

  /** Where a caller reaches the buckets. */
  function publicBase(caller: Pick<Caller, 'origin'>): string {
    return options.publicUrl ?? caller.origin
  }

  /** Path and query of a signed request. The doors pass it on under the host of the store. */
  function sign(request: Omit<PresignedRequest, 'storeUrl'>): string {
    return presign({ ...request, storeUrl: options.publicUrl ?? options.url }, { ...options, region })
  }

  const temporaryPath = createTemporaryPaths(sign)
  const { partPath, ...multipartUploads } = createMultipartUploads(client, uploadBucket, (request, expiresAt) => {
    const signedAt = new Date()
    const lifetimeSeconds = Math.max(1, Math.floor((expiresAt.getTime() - signedAt.getTime()) / 1_000))
    return sign({ ...request, signedAt, lifetimeSeconds })
  })

  return {
    /** Creates what is missing: both buckets, and leave for everyone to read (not to list) the public one. */
    async prepare(): Promise<void> {
      for (const bucket of [publicBucket, uploadBucket]) {
        if (!(await client.bucketExists(bucket))) {
          await client.makeBucket(bucket).catch((error: unknown) => {
            // Another process was faster.
            if (!isS3Error(error, 'BucketAlreadyOwnedByYou', 'BucketAlreadyExists')) throw error
          })
        }
      }
      const read = { Effect: 'Allow', Principal: { AWS: ['*'] }, Action: ['s3:GetObject'] }
      const statement = { ...read, Resource: [`arn:aws:s3:::${publicBucket}/*`] }
      await client.setBucketPolicy(publicBucket, JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
    },

    /** Rejects when the store is away. */
    async checkHealth(): Promise<void> {
      await client.bucketExists(publicBucket)
    },

    /** What an object is; null when there is none. */
    async stat(bucket: Bucket, key: string): Promise<StoredObject | null> {
      try {
        const { size } = await client.statObject(bucket, key)
        return { size }
      } catch (error) {
        if (isS3Error(error, 'NotFound', 'NoSuchKey')) return null
        throw error
      }
    },

    /** Copies an object to a file. */
    async download(bucket: Bucket, key: string, path: string): Promise<void> {
      await client.fGetObject(bucket, key, path)
    },

    /** The first bytes of an object, as many as it has. */
    async readStart(bucket: Bucket, key: string, bytes: number): Promise<Buffer> {
      const chunks: Buffer[] = []
      for await (const chunk of await client.getPartialObject(bucket, key, 0, bytes)) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks)
    },

    /** Stores a file. Objects never change under a key, so that a client may keep a public one. */
    async upload(bucket: Bucket, key: string, path: string, contentType: string): Promise<void> {
      await client.fPutObject(bucket, key, path, metadata(contentType))
    },

    /** Copies an upload, within the store and as private as it is, to a key that no form writes to. */
    async setAside(uploadKey: string, key: string): Promise<void> {
      await client.copyObject(
        new CopySourceOptions({ Bucket: uploadBucket, Object: uploadKey }),
        new CopyDestinationOptions({ Bucket: uploadBucket, Object: key }),
      )
    },

    /** Makes an upload public under a key of its own, within the store. */
    async publish(uploadKey: string, publicKey: string, contentType: string): Promise<void> {
      await client.copyObject(
        new CopySourceOptions({ Bucket: uploadBucket, Object: uploadKey }),
        new CopyDestinationOptions({
          Bucket: publicBucket,
          Object: publicKey,
          Headers: metadata(contentType),
          MetadataDirective: 'REPLACE',
        }),
      )
    },

    /** Removes an object; nothing happens when there is none. */
    async remove(bucket: Bucket, key: string): Promise<void> {
      await client.removeObject(bucket, key)
    },

    /** The objects whose keys begin so, in the order of their keys. */
    async *list(bucket: Bucket, prefix: string): AsyncGenerator<ListedObject> {
      const items = client.listObjectsV2(bucket, prefix, true) as AsyncIterable<BucketItem>
      for await (const { name, size, lastModified } of items) {
        if (name !== undefined) yield { key: name, size, modifiedAt: lastModified }
      }
    },

    /** A form with which a caller uploads one object of so many bytes, one at least; the store enforces it. */
    async createUploadForm(
      caller: Pick<Caller, 'origin'>,
      key: string,
      limits: { readonly minBytes?: number; readonly maxBytes: number; readonly expiresAt: Date },
    ): Promise<UploadForm> {
      const policy = client.newPostPolicy()
      policy.setBucket(uploadBucket)
      policy.setKey(key)
      policy.setExpires(limits.expiresAt)
      policy.setContentLengthRange(limits.minBytes ?? 1, limits.maxBytes)
      const { formData } = await client.presignedPostPolicy(policy)
      const fields = Object.entries(formData)
      return {
        url: `${publicBase(caller)}/${uploadBucket}`,
        fields: fields.map(([name, value]) => ({ name, value: String(value) })),
      }
    },

    ...multipartUploads,

    /** Where a caller PUTs one part of an upload; the store takes no other part there, and no other size. */
    partUrl(caller: Pick<Caller, 'origin'>, key: string, multipartId: string, part: Part, expiresAt: Date): string {
      return publicBase(caller) + partPath(key, multipartId, part, expiresAt)
    },

    /** The address under which a caller may read an upload, for half an hour at least; the same again within that time. */
    temporaryUrl(caller: Pick<Caller, 'origin'>, key: string): string {
      return publicBase(caller) + temporaryPath(`/${uploadBucket}/${key}`)
    },

    /** The address under which a caller reaches a public object. */
    publicUrl(caller: Pick<Caller, 'origin'>, key: string): string {
      return `${publicBase(caller)}/${publicBucket}/${key.split('/').map(encodeURIComponent).join('/')}`
    },
  }
}

/**
 * Whoever has a public object may keep it for a year. What stands in between and serves others, such as a CDN, asks each
 * hour whether it is still there, so that what was removed is gone everywhere an hour later.
 */
const cacheControl = 'public, max-age=31536000, s-maxage=3600, immutable'

function metadata(contentType: string): Record<string, string> {
  return { 'Content-Type': contentType, 'Cache-Control': cacheControl }
}

function isS3Error(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof S3Error && codes.includes(error.code ?? '')
}
