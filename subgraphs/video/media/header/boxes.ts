/** A box (ISO/IEC 14496-12 §4.2) in a buffer. */
export interface Box {
  readonly type: string
  /** Offset of its header in the file. */
  readonly at: number
  readonly content: Buffer
  /** Offset of its content in the file. */
  readonly contentAt: number
}

/** In one box, far more than any file has; the rest is ignored. */
const maxBoxes = 1_000

/** Parses the header of a box: its type, the length of the header, and the size of the whole box; null when it is invalid. */
export function readBoxHeader(
  head: Buffer,
  available: number,
): { type: string; headerSize: number; size: number } | null {
  if (head.length < 8) return null
  const type = head.toString('latin1', 4, 8)
  const short = head.readUInt32BE(0)
  if (short === 1) {
    if (head.length < 16) return null
    const size = Number(head.readBigUInt64BE(8))
    return size < 16 ? null : { type, headerSize: 16, size }
  }
  // Zero means up to the end.
  const size = short === 0 ? available : short
  return size < 8 ? null : { type, headerSize: 8, size }
}

/** The boxes in a buffer at an offset of the file. A malformed box ends the list; one that is too long is cut. */
export function boxesIn(bytes: Buffer, at: number): Box[] {
  const boxes: Box[] = []
  for (let position = 0; boxes.length < maxBoxes;) {
    const box = boxFrom(bytes, at, position)
    if (!box) break
    boxes.push(box)
    position = box.contentAt + box.content.length - at
  }
  return boxes
}

/** The first box of a type within a box, along a path. */
export function boxAlong(box: Box | undefined, ...path: readonly string[]): Box | undefined {
  return path.reduce<Box | undefined>((parent, type) => parent && firstOf(type, parent.content, parent.contentAt), box)
}

/** Skips other boxes without parsing them: some files have a thousand tracks in each box. */
function firstOf(type: string, bytes: Buffer, at: number): Box | undefined {
  const wanted = Buffer.from(type, 'latin1').readUInt32BE(0)
  for (let position = 0, count = 0; position + 8 <= bytes.length && count < maxBoxes; count++) {
    const size = bytes.readUInt32BE(position)
    const box = size < 8 || bytes.readUInt32BE(position + 4) === wanted ? boxFrom(bytes, at, position) : null
    if (box?.type === type) return box
    if (size < 8 && !box) return undefined
    position = box ? box.contentAt + box.content.length - at : position + size
  }
  return undefined
}

function boxFrom(bytes: Buffer, at: number, position: number): Box | null {
  const header = readBoxHeader(bytes.subarray(position, position + 16), bytes.length - position)
  if (!header) return null
  const [begin, end] = [position + header.headerSize, Math.min(bytes.length, position + header.size)]
  return { type: header.type, at: at + position, content: bytes.subarray(begin, end), contentAt: at + begin }
}
