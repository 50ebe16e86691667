import type { FileBytes } from './file-bytes.ts'

/** An element (RFC 8794 §6): its id with the marker bits, and the offset of its content in the file. */
export interface Element {
  readonly id: number
  readonly at: number
  readonly contentAt: number
  /** In bytes; null for unknown size. */
  readonly size: number | null
}

/** Parses the header of an element in a buffer at an offset of the file; null when it is invalid. */
export function readElement(bytes: Buffer, at: number): Element | null {
  const [first] = bytes
  if (first === undefined || first < 0x10) return null
  const idLength = Math.clz32(first) - 23
  const sizeByte = bytes[idLength]
  if (sizeByte === undefined || sizeByte === 0) return null
  const sizeLength = Math.clz32(sizeByte) - 23
  if (bytes.length < idLength + sizeLength) return null
  let size = sizeByte & (0xff >> sizeLength)
  let isUnknown = size === 0xff >> sizeLength
  for (let index = 1; index < sizeLength; index++) {
    const byte = bytes[idLength + index] ?? 0
    size = size * 256 + byte
    isUnknown &&= byte === 0xff
  }
  return { id: bytes.readUIntBE(0, idLength), at, contentAt: at + idLength + sizeLength, size: isUnknown ? null : size }
}

/** In one element, far more than any file has; the rest is ignored. */
const maxElements = 1_000

/** The child elements in the content of an element. */
export function elementsIn(content: Buffer, contentAt: number): (Element & { readonly content: Buffer })[] {
  const elements: (Element & { content: Buffer })[] = []
  for (let position = 0; position < content.length && elements.length < maxElements;) {
    const element = readElement(content.subarray(position, position + 12), contentAt + position)
    if (!element || element.size === null) break
    const begin = element.contentAt - contentAt
    elements.push({ ...element, content: content.subarray(begin, begin + element.size) })
    position = begin + element.size
  }
  return elements
}

/** Reads the header of an element of a file. */
export async function elementAt(file: FileBytes, at: number): Promise<Element | null> {
  return readElement(await file.read(at, 12), at)
}

export function unsignedIn(content: Buffer): number {
  return content.length >= 1 && content.length <= 6 ? content.readUIntBE(0, content.length) : (content.at(-1) ?? 0)
}

export function floatIn(content: Buffer): number {
  return content.length === 4 ? content.readFloatBE() : content.length === 8 ? content.readDoubleBE() : 0
}

/** The header of a `Void` element, which readers skip, to replace another one. */
export function voidHeader({ at, contentAt, size }: Element): Buffer | null {
  const length = contentAt - at
  if (size === null || length < 2) return null
  const sizeLength = Math.min(8, length - 1)
  // The rest of the old header becomes content.
  const newSize = size + length - 1 - sizeLength
  const header = Buffer.alloc(1 + sizeLength)
  header[0] = 0xec
  const marker = 2 ** (7 * sizeLength)
  if (newSize >= marker - 1) return null
  let rest = BigInt(newSize) + BigInt(marker)
  for (let index = sizeLength; index >= 1; index--) {
    header[index] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return header
}
