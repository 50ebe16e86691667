import type { Bucket } from './bucket.ts'
import { writeCondition } from './conditions.ts'
import { readCopySource } from './copy-operations.ts'
import { S3Error } from './errors.ts'
import { answerEmpty, answerXml, locationOf, type Exchange, type Operation } from './exchange.ts'
import { hashedContent } from './hashed-content.ts'
import { readLimit } from './listing-operations.ts'
import type { Part, Upload } from './multipart.ts'
import { objectHeaders } from './object-headers.ts'
import { readPayload, readText } from './payload.ts'
import type { S3Request } from './request.ts'
import { childText, parseXml } from './xml.ts'

const maximumParts = 10_000

/** Ten thousand parts with a hundred bytes of XML each, plus room for checksums. */
const maximumCompletion = 4 * 1024 * 1024

export const createUpload: Operation = async ({ request, response, folder }) => {
  const { uploads } = folder.bucket(request.bucket)
  const upload = await uploads.create(request.key, objectHeaders(request.headers()))
  answerXml(response, 200, 'InitiateMultipartUploadResult', {
    Bucket: request.bucket,
    Key: request.key,
    UploadId: upload.id,
  })
}

export const uploadPart: Operation = async (exchange) => {
  const { request, response, folder, signer } = exchange
  const number = readPartNumber(request)
  const { bucket, upload } = await findUpload(exchange)
  const payload = readPayload(request, response, signer)
  await using staged = await folder.staging.write(payload.content)
  const part: Part = { number, etag: payload.md5(), size: staged.size, modified: Date.now() }
  await bucket.uploads.putPart(upload, staged, part)
  answerEmpty(response, 200, { ETag: `"${part.etag}"` })
}

/** Uploads a part from the bytes of an existing object. */
export const copyPart: Operation = async (exchange) => {
  const { request, response, folder } = exchange
  const number = readPartNumber(request)
  const { bucket, upload } = await findUpload(exchange)
  const source = hashedContent(readCopySource(exchange))
  await using staged = await folder.staging.write(source.content)
  const part: Part = { number, etag: source.md5(), size: staged.size, modified: Date.now() }
  await bucket.uploads.putPart(upload, staged, part)
  answerXml(response, 200, 'CopyPartResult', { LastModified: isoDate(part.modified), ETag: `"${part.etag}"` })
}

export const listParts: Operation = async (exchange) => {
  const { request, response } = exchange
  const limit = readLimit(request, 'max-parts')
  const marker = Number(request.parameter('part-number-marker') ?? 0)
  const { bucket, upload } = await findUpload(exchange)
  const following = (await bucket.uploads.parts(upload)).filter((part) => part.number > marker)
  const page = following.slice(0, limit)
  answerXml(response, 200, 'ListPartsResult', {
    Bucket: request.bucket,
    Key: request.key,
    UploadId: upload.id,
    StorageClass: 'STANDARD',
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number,
    MaxParts: limit,
    IsTruncated: following.length > page.length,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: isoDate(part.modified),
      ETag: `"${part.etag}"`,
      Size: part.size,
    })),
  })
}

export const completeUpload: Operation = async (exchange) => {
  const { request, response, folder, signer } = exchange
  const { bucket, upload } = await findUpload(exchange)
  const chosen = readCompletion(await readText(readPayload(request, response, signer).content, maximumCompletion))
  const whole = bucket.uploads.assemble(upload, await bucket.uploads.parts(upload), chosen)
  await using staged = await folder.staging.write(whole.content)
  const { key, headers } = upload
  const object = { key, size: staged.size, etag: whole.etag, modified: Date.now(), headers }
  await bucket.put(staged, object, writeCondition(request.header))
  await bucket.uploads.remove(upload)
  answerXml(response, 200, 'CompleteMultipartUploadResult', {
    Location: locationOf(exchange, key),
    Bucket: request.bucket,
    Key: key,
    ETag: `"${whole.etag}"`,
  })
}

export const abortUpload: Operation = async (exchange) => {
  const { bucket, upload } = await findUpload(exchange)
  await bucket.uploads.remove(upload)
  answerEmpty(exchange.response, 204)
}

async function findUpload({ request, folder }: Exchange): Promise<{ bucket: Bucket; upload: Upload }> {
  const bucket = folder.bucket(request.bucket)
  return { bucket, upload: await bucket.uploads.find(request.parameter('uploadId') ?? '', request.key) }
}

function readPartNumber(request: S3Request): number {
  const number = Number(request.parameter('partNumber') || NaN)
  if (!Number.isInteger(number) || number < 1 || number > maximumParts)
    throw new S3Error('InvalidArgument', `partNumber is not a number from 1 to ${maximumParts}.`)
  return number
}

function readCompletion(text: string): { number: number; etag: string }[] {
  const document = parseXml(text)
  const parts = document.children
    .filter(({ name }) => name === 'Part')
    .map((part) => ({
      number: Number(childText(part, 'PartNumber')),
      etag: (childText(part, 'ETag') ?? '').trim().replace(/^"(.*)"$/, '$1'),
    }))
  if (document.name !== 'CompleteMultipartUpload' || parts.length === 0 || parts.length > maximumParts)
    throw new S3Error('MalformedXML')
  return parts
}

function isoDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
