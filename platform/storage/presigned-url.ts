import { createHash, createHmac } from 'node:crypto'

/** A request to an S3 store that anyone with its URL may make. */
export interface PresignedRequest {
  readonly method: 'GET' | 'PUT'
  /** The origin under which the store is called; its host is part of the signature. */
  readonly storeUrl: string
  /** Bucket and key, decoded, each with a leading slash. */
  readonly path: string
  readonly parameters?: Readonly<Record<string, string>>
  /** Headers that the request must carry with exactly these values; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** The URL is valid from this time on, in whole seconds. */
  readonly signedAt: Date
  /** At most a week. */
  readonly lifetimeSeconds: number
}

export interface SigningKeys {
  readonly accessKey: string
  readonly secretKey: string
  readonly region: string
}

const algorithm = 'AWS4-HMAC-SHA256'

/**
 * Signs a request in its query (Signature Version 4, S3 documentation: API/sigv4-query-string-auth.html). The client library
 * signs no header but the host; here the length can be signed too, which fixes the size of the body.
 *
 * @returns path and query, for any server that forwards requests to the store with the store's own host.
 */
export function presign(request: PresignedRequest, keys: SigningKeys): string {
  const timestamp = request.signedAt.toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${timestamp.slice(0, 8)}/${keys.region}/s3/aws4_request`
  const headers = inOrder({ ...request.headers, host: new URL(request.storeUrl).host })
  const signedHeaders = headers.map(([name]) => name).join(';')
  const path = encode(request.path).replaceAll('%2F', '/')
  const query = inOrder({
    ...request.parameters,
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': `${keys.accessKey}/${scope}`,
    'X-Amz-Date': timestamp,
    'X-Amz-Expires': String(request.lifetimeSeconds),
    'X-Amz-SignedHeaders': signedHeaders,
  })
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&')
  const canonicalHeaders = headers.map(([name, value]) => `${name}:${value}\n`).join('')
  const canonical = [request.method, path, query, canonicalHeaders, signedHeaders, 'UNSIGNED-PAYLOAD'].join('\n')
  const stringToSign = [algorithm, timestamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const signature = hmac(signingKey(scope, keys), stringToSign).toString('hex')
  return `${path}?${query}&X-Amz-Signature=${signature}`
}

function signingKey(scope: string, { secretKey }: SigningKeys): Buffer {
  return scope.split('/').reduce<Buffer>(hmac, Buffer.from(`AWS4${secretKey}`))
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** By name, in code point order. */
function inOrder(values: Readonly<Record<string, string>>): [name: string, value: string][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** RFC 3986: everything but unreserved characters; `encodeURIComponent` leaves a few more unescaped. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
