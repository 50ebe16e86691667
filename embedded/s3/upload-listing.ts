import { toByteString } from './byte-string.ts'
import { answerXml, type Operation } from './exchange.ts'
import { readLimit, readListParameters } from './listing-operations.ts'
import type { Upload } from './multipart.ts'

interface UploadQuery {
  readonly prefix: string
  readonly delimiter: string
  readonly limit: number
  readonly keyMarker: string
  readonly idMarker: string
}

/** Lists the multipart uploads in progress. */
export const listUploads: Operation = async ({ request, response, folder }) => {
  const { prefix, delimiter, encode, encodingType } = readListParameters(request)
  const limit = readLimit(request, 'max-uploads')
  const keyMarker = request.parameter('key-marker') ?? ''
  const idMarker = request.parameter('upload-id-marker') ?? ''
  const uploads = await folder.bucket(request.bucket).uploads.list()
  const page = selectUploads(uploads, { prefix, delimiter, limit, keyMarker, idMarker })
  answerXml(response, 200, 'ListMultipartUploadsResult', {
    Bucket: request.bucket,
    Prefix: encode(prefix),
    EncodingType: encodingType,
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: page.truncated ? encode(page.lastKey) : undefined,
    NextUploadIdMarker: page.truncated ? page.lastId : undefined,
    MaxUploads: limit,
    IsTruncated: page.truncated,
    Upload: page.uploads.map((upload) => ({
      Key: encode(upload.key),
      UploadId: upload.id,
      StorageClass: 'STANDARD',
      Initiated: new Date(upload.initiated).toISOString(),
    })),
    CommonPrefixes: page.prefixes.map((common) => ({ Prefix: encode(common) })),
  })
}

/** One page of `uploads`, which are sorted by key. */
export function selectUploads(uploads: readonly Upload[], query: UploadQuery) {
  const page = { uploads: [] as Upload[], prefixes: [] as string[], truncated: false, lastKey: '', lastId: '' }
  for (const upload of uploads.slice(firstAfter(uploads, query))) {
    if (!upload.key.startsWith(query.prefix)) continue
    const cut = query.delimiter === '' ? -1 : upload.key.indexOf(query.delimiter, query.prefix.length)
    const common = cut === -1 ? undefined : upload.key.slice(0, cut + query.delimiter.length)
    if (common !== undefined && (common === query.keyMarker || common === page.prefixes.at(-1))) continue
    if (page.uploads.length + page.prefixes.length >= query.limit) return { ...page, truncated: query.limit > 0 }
    page.lastKey = common ?? upload.key
    page.lastId = common === undefined ? upload.id : ''
    if (common === undefined) page.uploads.push(upload)
    else page.prefixes.push(common)
  }
  return page
}

/** Without an upload id marker, the key marker skips all uploads of that key. */
function firstAfter(uploads: readonly Upload[], { keyMarker, idMarker }: UploadQuery): number {
  const marked = uploads.findIndex((upload) => upload.key === keyMarker && upload.id === idMarker)
  if (marked !== -1) return marked + 1
  const following = uploads.findIndex((upload) => toByteString(upload.key) > toByteString(keyMarker))
  return following === -1 ? uploads.length : following
}
