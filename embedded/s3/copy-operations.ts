import { createReadStream, openSync } from 'node:fs'
import type { Bucket } from './bucket.ts'
import { evaluateConditions, readConditions, writeCondition } from './conditions.ts'
import { errorCode, S3Error } from './errors.ts'
import { answerXml, type Exchange, type Operation } from './exchange.ts'
import { objectHeaders } from './object-headers.ts'
import type { StoredObject } from './object-index.ts'
import { parseRange } from './range.ts'
import { percentDecode, type S3Request } from './request.ts'

/** PUT with `x-amz-copy-source`. */
export const copyObject: Operation = async (exchange) => {
  const { request, response, folder } = exchange
  const target = folder.bucket(request.bucket)
  const source = findSource(exchange)
  const replaces = request.header('x-amz-metadata-directive')?.toUpperCase() === 'REPLACE'
  if (source.bucket === target && source.object.key === request.key && !replaces)
    throw new S3Error('InvalidRequest', 'An object can only be copied to itself with new metadata.')
  const { staged, metadata } = await copyFile(exchange, source)
  await using copy = staged
  // The source may have been replaced since the look-up; use the version that was copied.
  const copied = metadata as StoredObject
  checkSource(request, copied)
  const headers = replaces ? objectHeaders(request.headers()) : copied.headers
  const object = { ...copied, key: request.key, modified: Date.now(), headers }
  await target.put(copy, object, writeCondition(request.header))
  answerXml(response, 200, 'CopyObjectResult', {
    LastModified: new Date(object.modified).toISOString(),
    ETag: `"${object.etag}"`,
  })
}

/** The bytes of an existing object named by `x-amz-copy-source` and `-range`, to be uploaded as a part of another. */
export async function* readCopySource(exchange: Exchange): AsyncGenerator<Buffer> {
  const { bucket, object } = findSource(exchange)
  checkSource(exchange.request, object)
  const header = exchange.request.header('x-amz-copy-source-range')
  const range = parseRange(header, object.size)
  if (header !== undefined && !range) throw new S3Error('InvalidArgument', 'The range to copy is malformed.')
  if (object.size === 0) return
  const { start, end } = range ?? { start: 0, end: object.size - 1 }
  // Opened in the same tick as the look-up, so the bytes belong to that version.
  const fd = openSync(bucket.fileOf(object.key), 'r')
  yield* createReadStream('', { fd, start, end, highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>
}

interface CopySource {
  readonly bucket: Bucket
  readonly object: StoredObject
}

function findSource({ request, folder, signer }: Exchange): CopySource {
  // A policy would have to allow both reading the source and writing the target.
  if (!signer) throw new S3Error('AccessDenied')
  const [path = '', version] = (request.header('x-amz-copy-source') ?? '').split('?versionId=')
  if (version !== undefined && version !== 'null')
    throw new S3Error('NotImplemented', 'Object versions are not supported.')
  const [, bucketName, key] = /^\/?([^/]+)\/(.+)$/s.exec(percentDecode(path)) ?? []
  if (bucketName === undefined || key === undefined)
    throw new S3Error('InvalidArgument', 'The x-amz-copy-source does not have the form <bucket>/<key>.')
  const bucket = folder.bucket(bucketName)
  const object = bucket.objects.get(key)
  if (!object) throw new S3Error('NoSuchKey')
  return { bucket, object }
}

function checkSource(request: S3Request, source: StoredObject): void {
  if (evaluateConditions(readConditions(request.header, 'x-amz-copy-source-'), source) !== 'holds')
    throw new S3Error('PreconditionFailed')
}

async function copyFile({ folder }: Exchange, { bucket, object }: CopySource) {
  try {
    return await folder.staging.copy(bucket.fileOf(object.key))
  } catch (error) {
    throw errorCode(error) === 'ENOENT' ? new S3Error('NoSuchKey') : error
  }
}
