import { open, type FileHandle } from 'node:fs/promises'

/**
 * An object is one file: its bytes, then its metadata as JSON, then this footer (the length of that JSON and a mark).
 * So a single rename makes an object appear whole, and there is nothing to reconcile after a crash.
 */
const mark = Buffer.from('S3OBJECT')
const footerLength = 4 + mark.length

/** Bytes read at once from a file's end: metadata with 2 KB of headers and a long key fit. */
const tailLength = 8 * 1024

/** The bytes that seal a file with this metadata. */
export function sealOf(metadata: object): Buffer {
  const json = Buffer.from(JSON.stringify(metadata))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(json.length)
  return Buffer.concat([json, length, mark])
}

/** What a sealed file says about itself, and how many bytes precede that. Throws if the file was never sealed. */
export async function readSeal(file: FileHandle): Promise<{ metadata: unknown; contentLength: number }> {
  const { size } = await file.stat()
  let tail = await readEnd(file, size, tailLength)
  const footer = tail.subarray(-footerLength)
  if (footer.length < footerLength || !footer.subarray(4).equals(mark)) throw new Error('the file is not sealed')
  const jsonLength = footer.readUInt32BE()
  const sealLength = jsonLength + footerLength
  if (sealLength > size) throw new Error('the seal of the file is damaged')
  if (sealLength > tail.length) tail = await readEnd(file, size, sealLength)
  const json = tail.subarray(tail.length - sealLength, tail.length - footerLength)
  return { metadata: JSON.parse(json.toString('utf8')), contentLength: size - sealLength }
}

/** Files that are read at the same time where there are many: more are no faster. */
export const filesAtOnce = 64

/** What the sealed file at `path` says about itself. */
export async function readMetadata(path: string): Promise<unknown> {
  await using file = await open(path)
  return (await readSeal(file)).metadata
}

async function readEnd(file: FileHandle, size: number, length: number): Promise<Buffer> {
  const end = Buffer.alloc(Math.min(size, length))
  const { bytesRead } = await file.read(end, 0, end.length, size - end.length)
  return end.subarray(0, bytesRead)
}
