import { createByteReader } from './byte-reader.ts'
import { S3Error } from './errors.ts'

/** A browser's upload: the fields before the file, and the file as a stream. Everything after the file is ignored. */
export interface UploadForm {
  /** By name in lower case. */
  readonly fields: ReadonlyMap<string, string>
  /** The last segment of the file's name on the client. */
  readonly filename: string
  readonly file: AsyncIterable<Buffer>
}

/** S3 allows 20 KB before the file; this includes the boundaries and headers of the parts. */
const maximumBeforeFile = 32 * 1024

const newline = Buffer.from('\r\n')
const blankLine = Buffer.from('\r\n\r\n')

/**
 * Parses multipart/form-data (RFC 7578) up to the field `file`. Throws `MalformedPOSTRequest`, `IncompleteBody`,
 * `MaxPostPreDataLengthExceededError`, or `InvalidArgument` if there is no file.
 */
export async function readUploadForm(body: AsyncIterable<Buffer>, contentType: string): Promise<UploadForm> {
  const [, quoted, bare] =
    /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? []
  const boundary = quoted ?? bare
  if (boundary === undefined) throw new S3Error('MalformedPOSTRequest')
  // The first boundary has no preceding line break, so one is prepended.
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const reader = createByteReader(body, newline)
  const fields = new Map<string, string>()
  let allowance = maximumBeforeFile

  async function textUntil(end: Buffer): Promise<string> {
    const text = await reader.until(end, allowance)
    if (!text) throw new S3Error('MaxPostPreDataLengthExceededError')
    allowance -= text.length
    return text.toString('utf8')
  }

  await textUntil(delimiter)
  for (;;) {
    const afterBoundary = await textUntil(newline)
    if (afterBoundary.startsWith('--')) throw new S3Error('InvalidArgument', 'The form contains no file.')
    const { name, filename } = readDisposition(await textUntil(blankLine))
    if (name === 'file') return { fields, filename, file: reader.streamUntil(delimiter) }
    fields.set(name, await textUntil(delimiter))
  }
}

/** Browsers percent-encode only what could end the quotes (HTML, multipart/form-data encoding algorithm). */
function readDisposition(headers: string): { name: string; filename: string } {
  const disposition = /^content-disposition:\s*form-data\s*(;.*)$/im.exec(headers)?.[1]
  const parameter = (name: string) => {
    const [, quoted, bare] = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^\\s;"]+))`, 'i').exec(disposition ?? '') ?? []
    return (quoted ?? bare)?.replace(/%(22|0D|0A)/gi, (encoded) => decodeURIComponent(encoded))
  }
  const name = parameter('name')
  if (name === undefined) throw new S3Error('MalformedPOSTRequest')
  return { name: name.toLowerCase(), filename: (parameter('filename') ?? '').replace(/^.*[/\\]/s, '') }
}
