/** A box of an MP4 file (ISO/IEC 14496-12 §4.2): other boxes, or bytes. */
export interface Box {
  readonly type: string
  readonly content: Buffer | readonly Box[]
}

/** Boxes that contain only boxes, on the path to what the corpus changes. */
const containers = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf', 'stbl', 'edts', 'rmra', 'rmda'])

/** Parses a file, or the content of a box, whose boxes are all complete and smaller than 4 GB. */
export function readBoxes(bytes: Buffer): Box[] {
  const boxes: Box[] = []
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    const content = bytes.subarray(at + 8, at + size)
    boxes.push({ type, content: containers.has(type) ? readBoxes(content) : content })
    at += size
  }
  return boxes
}

/** Concatenates boxes. */
export function writeBoxes(boxes: readonly Box[]): Buffer {
  return Buffer.concat(boxes.map(({ type, content }) => writeBox(type, content)))
}

function writeBox(type: string, content: Box['content']): Buffer {
  const body = Buffer.isBuffer(content) ? content : writeBoxes(content)
  const header = Buffer.alloc(8)
  header.writeUInt32BE(8 + body.length)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, body])
}

/** Replaces all boxes of a type, at any depth. */
export function replace(boxes: readonly Box[], type: string, replacement: (content: Buffer) => Buffer): Box[] {
  return boxes.map((box) => {
    if (!Buffer.isBuffer(box.content)) return { ...box, content: replace(box.content, type, replacement) }
    return box.type === type ? { type, content: replacement(Buffer.from(box.content)) } : box
  })
}

/** Replaces the boxes directly in the `moov` box. */
export function replaceMovie(boxes: readonly Box[], replacement: (content: readonly Box[]) => readonly Box[]): Box[] {
  return boxes.map((box) =>
    box.type === 'moov' && !Buffer.isBuffer(box.content) ? { ...box, content: replacement(box.content) } : box,
  )
}

/** Concatenated 32-bit numbers. */
export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4)
  return bytes
}
