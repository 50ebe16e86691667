import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Signature Version 4 as used by S3; every step is named as in its documentation (API/sig-v4-header-based-auth.html). */
export const algorithm = 'AWS4-HMAC-SHA256'

/** The scope of a signing key: a day (YYYYMMDD) and a region. */
export interface CredentialScope {
  readonly date: string
  readonly region: string
}

export interface CanonicalRequestParts {
  readonly method: string
  /** Decoded. */
  readonly path: string
  /** Decoded, without the signature itself. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  /** Lower case, in the order signed. */
  readonly signedHeaders: readonly string[]
  readonly header: (name: string) => string | undefined
  readonly payloadHash: string
}

/** The path of a request, encoded. */
export function canonicalPath(path: string): string {
  return uriEncode(path).replaceAll('%2F', '/')
}

/** The query of a request, encoded and in the order in which it is signed. */
export function canonicalQuery(parameters: CanonicalRequestParts['parameters']): string {
  return parameters
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

export function canonicalRequest(request: CanonicalRequestParts): string {
  const headers = request.signedHeaders.map(
    (name) => `${name}:${(request.header(name) ?? '').trim().replace(/ +/g, ' ')}\n`,
  )
  return [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.parameters),
    headers.join(''),
    request.signedHeaders.join(';'),
    request.payloadHash,
  ].join('\n')
}

/** `timestamp` is YYYYMMDDTHHMMSSZ. */
export function stringToSign(timestamp: string, scope: CredentialScope, canonical: string): string {
  return [algorithm, timestamp, scopeText(scope), sha256Hex(canonical)].join('\n')
}

/** The string to sign for a chunk of an aws-chunked body: it continues the previous signature. */
export function chunkStringToSign(
  timestamp: string,
  scope: CredentialScope,
  previous: string,
  chunkHash: string,
): string {
  return [`${algorithm}-PAYLOAD`, timestamp, scopeText(scope), previous, sha256Hex(''), chunkHash].join('\n')
}

export function signingKey(secretKey: string, scope: CredentialScope): Buffer {
  return [scope.date, scope.region, 's3', 'aws4_request'].reduce<Buffer>(
    (key, text) => createHmac('sha256', key).update(text).digest(),
    Buffer.from(`AWS4${secretKey}`),
  )
}

/** The signature in lower-case hex. */
export function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

/** Compares in constant time. */
export function sameSignature(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}

export function sha256Hex(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Milliseconds since the epoch of a YYYYMMDDTHHMMSSZ; NaN if it is invalid. */
export function parseTimestamp(timestamp: string): number {
  const fields = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(timestamp)?.slice(1)
  if (!fields) return NaN
  const [year, month, day, hour, minute, second] = fields
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

/** The scope as it is part of a credential. */
export function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/s3/aws4_request`
}

/** RFC 3986: everything but unreserved characters; `encodeURIComponent` leaves a few more unescaped. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
