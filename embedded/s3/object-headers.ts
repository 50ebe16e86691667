import { S3Error } from './errors.ts'
import type { StoredObject } from './object-index.ts'

const standardNames = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]
const userPrefix = 'x-amz-meta-'
const overridePrefix = 'response-'

/** Maximum size of user metadata, names and values together. */
const maximumUserMetadata = 2 * 1024

/**
 * Those headers of an upload that are stored with the object. Values have one character per byte, as in node:http. Throws
 * `MetadataTooLarge`.
 */
export function objectHeaders(given: Iterable<readonly [name: string, value: string]>): StoredObject['headers'] {
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' }
  let userMetadata = 0
  for (const [name, value] of given) {
    if (!isObjectHeader(name)) continue
    if (name.startsWith(userPrefix)) userMetadata += name.length - userPrefix.length + value.length
    const kept = name === 'content-encoding' ? withoutTransferCoding(value) : value
    if (kept !== '') headers[name] = kept
  }
  if (userMetadata > maximumUserMetadata) throw new S3Error('MetadataTooLarge')
  return headers
}

/** Whether a header or form field with this name, in lower case, is stored with the object. */
export function isObjectHeader(name: string): boolean {
  return name.startsWith(userPrefix) || standardNames.includes(name)
}

/** `aws-chunked` describes the upload, not the object. */
function withoutTransferCoding(value: string): string {
  const codings = value.split(',').map((coding) => coding.trim())
  return codings.filter((coding) => coding !== 'aws-chunked').join(', ')
}

/**
 * Converts text to a header value: its UTF-8 bytes, one character each. Throws `InvalidArgument` for control characters, which
 * could inject headers.
 */
export function headerValue(text: string): string {
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(text)) throw new S3Error('InvalidArgument', 'A value contains control characters.')
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** Headers of the object that the `response-*` parameters of a read override. */
export function overriddenHeaders(
  parameters: Iterable<readonly [name: string, value: string]>,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of parameters) {
    const header = name.slice(overridePrefix.length)
    if (name.startsWith(overridePrefix) && standardNames.includes(header)) headers[header] = headerValue(value)
  }
  return headers
}
