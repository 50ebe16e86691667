import {
  algorithm,
  canonicalPath,
  canonicalQuery,
  canonicalRequest,
  scopeText,
  sign,
  signingKey,
  stringToSign,
} from './signature-v4.ts'

/** A request to an S3 store that anyone with its URL may make. */
export interface PresignedRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT'
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

/**
 * Signs a request in its query (Signature Version 4, S3 documentation: API/sigv4-query-string-auth.html). The client library
 * signs no header but the host; here the length can be signed too, which fixes the size of the body.
 *
 * @returns path and query, for any server that forwards requests to the store with the store's own host.
 */
export function presign(request: PresignedRequest, keys: SigningKeys): string {
  const timestamp = request.signedAt.toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = { date: timestamp.slice(0, 8), region: keys.region }
  const headers: Readonly<Record<string, string>> = { ...request.headers, host: new URL(request.storeUrl).host }
  const signedHeaders = Object.keys(headers).sort()
  const parameters = Object.entries({
    ...request.parameters,
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': `${keys.accessKey}/${scopeText(scope)}`,
    'X-Amz-Date': timestamp,
    'X-Amz-Expires': String(request.lifetimeSeconds),
    'X-Amz-SignedHeaders': signedHeaders.join(';'),
  })
  const { method, path } = request
  const header = (name: string): string | undefined => headers[name]
  const canonical = canonicalRequest({
    method,
    path,
    parameters,
    signedHeaders,
    header,
    payloadHash: 'UNSIGNED-PAYLOAD',
  })
  const signature = sign(signingKey(keys.secretKey, scope), stringToSign(timestamp, scope, canonical))
  return `${canonicalPath(path)}?${canonicalQuery(parameters)}&X-Amz-Signature=${signature}`
}
