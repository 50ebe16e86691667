import { S3Error } from './errors.ts'
import { answerXml, type Operation } from './exchange.ts'
import type { ListPage } from './object-index.ts'
import type { S3Request } from './request.ts'
import type { XmlContent } from './xml.ts'

/** The maximum page size of all listings. */
const maximumPage = 1000

export const listObjects: Operation = ({ request, response, folder }) => {
  const { prefix, delimiter, limit, encode, encodingType } = readListParameters(request)
  const marker = request.parameter('marker') ?? ''
  const page = folder.bucket(request.bucket).objects.list({ prefix, delimiter, limit, after: marker })
  answerXml(response, 200, 'ListBucketResult', {
    Name: request.bucket,
    Prefix: encode(prefix),
    Marker: encode(marker),
    // Without a delimiter the next marker is the last key; S3 lets clients derive it.
    NextMarker: page.truncated && delimiter !== '' ? encode(page.last) : undefined,
    MaxKeys: limit,
    EncodingType: encodingType,
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    ...entries(page, encode),
  })
}

export const listObjectsV2: Operation = ({ request, response, folder }) => {
  const { prefix, delimiter, limit, encode, encodingType } = readListParameters(request)
  const token = request.parameter('continuation-token')
  const startAfter = request.parameter('start-after')
  const after = token ? fromContinuationToken(token) : (startAfter ?? '')
  const page = folder.bucket(request.bucket).objects.list({ prefix, delimiter, limit, after })
  answerXml(response, 200, 'ListBucketResult', {
    Name: request.bucket,
    Prefix: encode(prefix),
    KeyCount: page.objects.length + page.prefixes.length,
    MaxKeys: limit,
    EncodingType: encodingType,
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    ContinuationToken: token,
    NextContinuationToken: page.truncated ? toContinuationToken(page.last) : undefined,
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    ...entries(page, encode),
  })
}

/** The parameters common to all listings. `encode` encodes keys, which XML cannot always represent. */
export function readListParameters(request: S3Request) {
  const encoding = request.parameter('encoding-type')
  if (encoding !== undefined && encoding !== '' && encoding !== 'url')
    throw new S3Error('InvalidArgument', 'The only encoding-type is url.')
  return {
    prefix: request.parameter('prefix') ?? '',
    delimiter: request.parameter('delimiter') ?? '',
    limit: readLimit(request, 'max-keys'),
    /** Included in the answer so that the client decodes. */
    encodingType: encoding === 'url' ? 'url' : undefined,
    encode: encoding === 'url' ? (key: string) => encodeURIComponent(key).replaceAll('%2F', '/') : (key: string) => key,
  }
}

/** The page size: at most 1000. */
export function readLimit(request: S3Request, parameter: string): number {
  const value = request.parameter(parameter) || String(maximumPage)
  if (!/^\d{1,10}$/.test(value))
    throw new S3Error('InvalidArgument', `${parameter} is not a number from 0 to 2147483647.`)
  return Math.min(Number(value), maximumPage)
}

function entries(page: ListPage, encode: (key: string) => string): Record<string, XmlContent> {
  return {
    IsTruncated: page.truncated,
    Contents: page.objects.map((object) => ({
      Key: encode(object.key),
      LastModified: new Date(object.modified).toISOString(),
      ETag: `"${object.etag}"`,
      Size: object.size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  }
}

/** Opaque to clients, and never numeric, because some of them would parse it. */
function toContinuationToken(key: string): string {
  return `after-${Buffer.from(key, 'utf8').toString('base64url')}`
}

function fromContinuationToken(token: string): string {
  if (!token.startsWith('after-')) throw new S3Error('InvalidArgument', 'The continuation token is not valid.')
  return Buffer.from(token.slice('after-'.length), 'base64url').toString('utf8')
}
