import { closeSync, openSync } from 'node:fs'
import { evaluateConditions, ifRangeHolds, readConditions, writeCondition } from './conditions.ts'
import { S3Error } from './errors.ts'
import { answerEmpty, answerXml, type Operation } from './exchange.ts'
import { sendFile } from './file-body.ts'
import { objectHeaders, overriddenHeaders } from './object-headers.ts'
import type { StoredObject } from './object-index.ts'
import { readPayload, readText } from './payload.ts'
import { parseRange } from './range.ts'
import { childText, parseXml } from './xml.ts'

/** GET and HEAD. */
export const getObject: Operation = async ({ request, response, folder, signer }) => {
  const bucket = folder.bucket(request.bucket)
  const object = bucket.objects.get(request.key)
  if (!object) throw new S3Error('NoSuchKey')
  const overrides = overriddenHeaders(request.parameters)
  if (!signer && Object.keys(overrides).length > 0)
    throw new S3Error('InvalidRequest', 'Response headers can only be overridden by a signed request.')
  const headers = { ...versionHeaders(object), ...object.headers, ...overrides }

  const outcome = evaluateConditions(readConditions(request.header), object)
  if (outcome === 'failed') throw new S3Error('PreconditionFailed')
  if (outcome === 'unchanged') {
    response.writeHead(304, headers).end()
    return
  }
  const requested = ifRangeHolds(request.header('if-range'), object) ? request.header('range') : undefined
  const range = parseRange(requested, object.size)
  const { start, end } = range ?? { start: 0, end: object.size - 1 }
  // Opened in the same tick as the look-up, so the bytes belong to that version even if it is replaced.
  const descriptor =
    request.method === 'HEAD' || object.size === 0 ? undefined : openSync(bucket.fileOf(object.key), 'r')
  try {
    response.writeHead(range ? 206 : 200, {
      ...headers,
      'Content-Length': end - start + 1,
      ...(range && { 'Content-Range': `bytes ${start}-${end}/${object.size}` }),
    })
  } catch (error) {
    // A header could not be sent.
    if (descriptor !== undefined) closeSync(descriptor)
    throw error
  }
  if (descriptor === undefined) response.end()
  else await sendFile(descriptor, { start, end }, response)
}

export const putObject: Operation = async ({ request, response, folder, signer }) => {
  const bucket = folder.bucket(request.bucket)
  const headers = objectHeaders(request.headers())
  const payload = readPayload(request, response, signer)
  await using staged = await folder.staging.write(payload.content)
  const object = { key: request.key, size: staged.size, etag: payload.md5(), modified: Date.now(), headers }
  await bucket.put(staged, object, writeCondition(request.header))
  answerEmpty(response, 200, { ETag: `"${object.etag}"` })
}

export const deleteObject: Operation = async ({ request, response, folder }) => {
  await folder.bucket(request.bucket).remove([request.key])
  answerEmpty(response, 204)
}

/** A list of 1000 keys in the longest possible escaped form. */
const maximumDeleteDocument = 8 * 1024 * 1024
const maximumDeletions = 1000

export const deleteObjects: Operation = async ({ request, response, folder, signer }) => {
  const bucket = folder.bucket(request.bucket)
  const document = parseXml(await readText(readPayload(request, response, signer).content, maximumDeleteDocument))
  const keys = document.children
    .filter(({ name }) => name === 'Object')
    .map((object) => {
      const key = childText(object, 'Key')
      if (key === undefined || key === '') throw new S3Error('MalformedXML')
      return key
    })
  if (document.name !== 'Delete' || keys.length === 0 || keys.length > maximumDeletions)
    throw new S3Error('MalformedXML')
  await bucket.remove(keys)
  const quiet = childText(document, 'Quiet') === 'true'
  answerXml(response, 200, 'DeleteResult', { Deleted: quiet ? [] : keys.map((key) => ({ Key: key })) })
}

function versionHeaders(object: StoredObject): Record<string, string> {
  return {
    'Accept-Ranges': 'bytes',
    ETag: `"${object.etag}"`,
    'Last-Modified': new Date(object.modified).toUTCString(),
    'X-Content-Type-Options': 'nosniff',
  }
}
