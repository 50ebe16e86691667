import { open, type FileHandle } from 'node:fs/promises'

/**
 * An object is one file: its bytes, its metadata as JSON, and this footer (the length of the JSON and a magic number). A single
 * rename makes it appear as a whole, so there is nothing to reconcile after a crash.
 */
const mark = Buffer.from('S3OBJECT')
const footerLength = 4 + mark.length

/** Bytes read from the end of a file in one go; enough for 2 KB of headers and a long key. */
const tailLength = 8 * 1024

/** The bytes that seal a file with this metadata. */
export function sealOf(metadata: object): Buffer {
  const json = Buffer.from(JSON.stringify(metadata))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(json.length)
  return Buffer.concat([json, length, mark])
}

/** The metadata of a sealed file, and the length of its content. Throws if the file was never sealed. */
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

/** How many files are read concurrently; more are not faster. */
export const filesAtOnce = 64

/** The metadata of the sealed file at `path`. */
export async function readMetadata(path: string): Promise<unknown> {
  await using file = await open(path)
  return (await readSeal(file)).metadata
}

async function readEnd(file: FileHandle, size: number, length: number): Promise<Buffer> {
  const end = Buffer.alloc(Math.min(size, length))
  const { bytesRead } = await file.read(end, 0, end.length, size - end.length)
  return end.subarray(0, bytesRead)
}
