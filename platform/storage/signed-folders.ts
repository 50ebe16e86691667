import { createHmac } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { presign } from './presigned-url.ts'
import { sameSignature } from './signature-v4.ts'

/** The bucket whose objects are only read by addresses with a signature. */
export const restrictedBucket = 'restricted'

export interface SignedFolderOptions {
  /** Where our HTTP servers reach the store. */
  readonly url: string
  readonly accessKey: string
  readonly secretKey: string
}

/** The path of our HTTP servers under which signed folders are. */
export const signedPrefix = '/media/signed'

/** For how long an address stays the same, and for how long it works after that, in seconds. */
const windowSeconds = 15 * 60
/** The store may have another clock than this machine, and a file may be large. */
const readSeconds = 60 * 60
const kept = 10_000
const region = 'us-east-1'

export type SignedFolders = ReturnType<typeof createSignedFolders>

/**
 * Addresses of objects that not every user may read. The signature covers a folder and a time, and is part of the path: what a file
 * refers to relatively, as HLS playlists do, is read with the same signature. Our HTTP servers verify it and read the
 * object with their own rights. It says nothing about users, so the object has to move when it is to be read no longer.
 */
export function createSignedFolders({ url, accessKey, secretKey }: SignedFolderOptions) {
  const key = createHmac('sha256', secretKey).update('signed folders').digest()
  const signed = new LRUCache<string, { readonly expiresAt: number; readonly token: string }>({ max: kept })

  function signatureOf(folder: string, expiresAt: number): string {
    return createHmac('sha256', key).update(`${expiresAt} ${folder}`).digest('base64url')
  }

  function tokenOf(folder: string, now: number): string {
    const expiresAt = (Math.floor(now / 1_000 / windowSeconds) + 2) * windowSeconds
    const known = signed.get(folder)
    if (known?.expiresAt === expiresAt) return known.token
    const token = `${expiresAt}.${signatureOf(folder, expiresAt)}`
    signed.set(folder, { expiresAt, token })
    return token
  }

  return {
    /** The path of an object; it works for a quarter of an hour to half an hour, and stays the same for a quarter of an hour. */
    pathOf(objectKey: string, now = Date.now()): string {
      const path = objectKey.split('/').map(encodeURIComponent).join('/')
      return `${signedPrefix}/${tokenOf(folderOf(objectKey), now)}/${path}`
    },

    /**
     * The path and query by which the store answers a request for `<token>/<key>`, without a leading slash; null when
     * the signature does not belong to the folder, or has expired.
     */
    open(method: 'GET' | 'HEAD', path: string, now = Date.now()): string | null {
      const [, expires = '', signature = '', objectKey = ''] = /^(\d{1,12})\.([\w-]{43})\/([\w./-]+)$/.exec(path) ?? []
      if (objectKey === '' || /(^|\/)\.*(\/|$)/.test(objectKey)) return null
      if (Number(expires) * 1_000 <= now) return null
      if (!sameSignature(signatureOf(folderOf(objectKey), Number(expires)), signature)) return null
      const signedAt = new Date(Math.floor(now / 60_000) * 60_000)
      const request = { method, storeUrl: url, path: `/${restrictedBucket}/${objectKey}`, signedAt }
      return presign({ ...request, lifetimeSeconds: readSeconds }, { accessKey, secretKey, region })
    },
  }
}

function folderOf(objectKey: string): string {
  return objectKey.slice(0, objectKey.lastIndexOf('/') + 1)
}
