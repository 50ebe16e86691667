import { Client, CopyDestinationOptions, CopySourceOptions, S3Error, type BucketItem } from 'minio'
import type { Caller } from '../auth/caller.ts'
import { createMultipartUploads, type Part } from './multipart-uploads.ts'
import { presign, type PresignedRequest } from './presigned-url.ts'
import { createSignedFolders, restrictedBucket } from './signed-folders.ts'
import { createTemporaryPaths } from './temporary-paths.ts'

/** Two buckets beside that of restricted objects: public objects, and uploads that were not accepted yet. */
export const publicBucket = 'media'
export const uploadBucket = 'uploads'
export { restrictedBucket }
export type Bucket = typeof publicBucket | typeof restrictedBucket | typeof uploadBucket
/** Those with objects that were accepted: an address of the one may be shared, one of the other is signed. */
export type MediaBucket = typeof publicBucket | typeof restrictedBucket

export interface StoredObject {
  /** In bytes. */
  readonly size: number
}

export interface ListedObject extends StoredObject {
  readonly key: string
  readonly modifiedAt: Date
}

/** An accepted object. */
export interface ObjectPlace {
  readonly bucket: MediaBucket
  readonly key: string
}

/** A browser form that uploads one object (S3 POST policy): the fields come before the file, which is named `file`. */
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
  /** Where clients reach the buckets; by default our HTTP servers proxy `/media` and `/uploads`. */
  readonly publicUrl?: string | undefined
}

const region = 'us-east-1'

export type ObjectStore = ReturnType<typeof openObjectStore>

/** Opens the S3 store for all files. Keys are paths; errors are the store's own unless stated otherwise. */
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

  /** Base URL of the buckets for a caller. */
  function publicBase(caller: Pick<Caller, 'origin'>): string {
    return options.publicUrl ?? caller.origin
  }

  /** Path and query of a signed request. Our HTTP servers forward it with the host of the store. */
  function sign(request: Omit<PresignedRequest, 'storeUrl'>): string {
    return presign({ ...request, storeUrl: options.publicUrl ?? options.url }, { ...options, region })
  }

  const temporaryPath = createTemporaryPaths(sign)
  const signedFolders = createSignedFolders(options)
  const { partPath, ...multipartUploads } = createMultipartUploads(client, uploadBucket, (request, expiresAt) => {
    const signedAt = new Date()
    const lifetimeSeconds = Math.max(1, Math.floor((expiresAt.getTime() - signedAt.getTime()) / 1_000))
    return sign({ ...request, signedAt, lifetimeSeconds })
  })

  return {
    /** Creates the buckets that are missing, and lets everyone read (not list) the public one. */
    async prepare(): Promise<void> {
      for (const bucket of [publicBucket, restrictedBucket, uploadBucket]) {
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

    /** Rejects when the store is unreachable. */
    async checkHealth(): Promise<void> {
      await client.bucketExists(publicBucket)
    },

    /** Metadata of an object; null when there is none. */
    async stat(bucket: Bucket, key: string): Promise<StoredObject | null> {
      try {
        const { size } = await client.statObject(bucket, key)
        return { size }
      } catch (error) {
        if (isS3Error(error, 'NotFound', 'NoSuchKey')) return null
        throw error
      }
    },

    /** Downloads an object to a file. */
    async download(bucket: Bucket, key: string, path: string): Promise<void> {
      await client.fGetObject(bucket, key, path)
    },

    /** The first bytes of an object, fewer if it is shorter. */
    async readStart(bucket: Bucket, key: string, bytes: number): Promise<Buffer> {
      const chunks: Buffer[] = []
      for await (const chunk of await client.getPartialObject(bucket, key, 0, bytes)) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks)
    },

    /** Uploads a file. The object under a key never changes, so clients may cache public ones. */
    async upload(bucket: Bucket, key: string, path: string, contentType: string): Promise<void> {
      await client.fPutObject(bucket, key, path, metadata(contentType))
    },

    /** Copies an upload within the store to a private key that no upload form can write to. */
    async stage(uploadKey: string, key: string): Promise<void> {
      await client.copyObject(
        new CopySourceOptions({ Bucket: uploadBucket, Object: uploadKey }),
        new CopyDestinationOptions({ Bucket: uploadBucket, Object: key }),
      )
    },

    /** Copies an upload within the store to a key of another bucket, by default the public one. */
    async publish(
      uploadKey: string,
      key: string,
      contentType: string,
      bucket: MediaBucket = publicBucket,
    ): Promise<void> {
      await client.copyObject(
        new CopySourceOptions({ Bucket: uploadBucket, Object: uploadKey }),
        new CopyDestinationOptions({
          Bucket: bucket,
          Object: key,
          Headers: metadata(contentType),
          MetadataDirective: 'REPLACE',
        }),
      )
    },

    /** Copies an accepted object within the store; false when there is none. */
    async copy(from: ObjectPlace, to: ObjectPlace): Promise<boolean> {
      try {
        await client.copyObject(
          new CopySourceOptions({ Bucket: from.bucket, Object: from.key }),
          new CopyDestinationOptions({ Bucket: to.bucket, Object: to.key }),
        )
        return true
      } catch (error) {
        if (isS3Error(error, 'NotFound', 'NoSuchKey')) return false
        throw error
      }
    },

    /** Deletes an object; does nothing when there is none. */
    async remove(bucket: Bucket, key: string): Promise<void> {
      await client.removeObject(bucket, key)
    },

    /** The objects whose keys have the prefix, in key order. */
    async *list(bucket: Bucket, prefix: string): AsyncGenerator<ListedObject> {
      const items = client.listObjectsV2(bucket, prefix, true) as AsyncIterable<BucketItem>
      for await (const { name, size, lastModified } of items) {
        if (name !== undefined) yield { key: name, size, modifiedAt: lastModified }
      }
    },

    /** A form with which a caller uploads one object of at least one and at most `maxBytes` bytes; the store enforces it. */
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

    /** The URL to which a caller PUTs one part of an upload; the store accepts no other part and no other size there. */
    partUrl(caller: Pick<Caller, 'origin'>, key: string, multipartId: string, part: Part, expiresAt: Date): string {
      return publicBase(caller) + partPath(key, multipartId, part, expiresAt)
    },

    /** A URL by which a caller may read an upload for at least half an hour; it stays the same within that time. */
    temporaryUrl(caller: Pick<Caller, 'origin'>, key: string): string {
      return publicBase(caller) + temporaryPath(`/${uploadBucket}/${key}`)
    },

    /** The URL of a public object for a caller. */
    publicUrl(caller: Pick<Caller, 'origin'>, key: string): string {
      return `${publicBase(caller)}/${publicBucket}/${key.split('/').map(encodeURIComponent).join('/')}`
    },

    /** The URL of a restricted object for a caller, at one of our HTTP servers; it works for a quarter of an hour at least. */
    signedUrl(caller: Pick<Caller, 'origin'>, key: string): string {
      return caller.origin + signedFolders.pathOf(key)
    },
  }
}

/**
 * Clients may cache a public object for a year. Shared caches, such as a CDN, must revalidate it every hour, so a deleted
 * object is gone everywhere an hour later.
 */
const cacheControl = 'public, max-age=31536000, s-maxage=3600, immutable'

function metadata(contentType: string): Record<string, string> {
  return { 'Content-Type': contentType, 'Cache-Control': cacheControl }
}

function isS3Error(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof S3Error && codes.includes(error.code ?? '')
}
