/**
 * A TrueType font in which every character is a black box, so that tests that draw text need no installed font (OpenType 1.9,
 * "Font tables"). Its only glyph is the one for unknown characters.
 */
export function makeFont(): Buffer {
  const int16 = (...numbers: readonly number[]): Buffer => {
    const buffer = Buffer.alloc(numbers.length * 2)
    numbers.forEach((number, index) => buffer.writeInt16BE(number, index * 2))
    return buffer
  }
  const zeros = (count: number): number[] => Array.from({ length: count }, () => 0)
  const version = [1, 0]
  const magicNumber = [0x5f0f, 0x3cf5]
  // A square of 800 in an em of 1000: one contour, four points, all on the curve.
  const box = [1, 100, 0, 900, 800, ...[3, 0], ...[0x0101, 0x0101], ...[100, 0, 800, 0], ...[0, 800, 0, -800]]
  // Unicode (platform 3, encoding 10) in a table of format 12 with one group: U+0000 to U+0000 is the glyph 0.
  const characters = [...[0, 1, 3, 10, 0, 12], ...[12, 0, 0, 28, 0, 0, 0, 1], ...zeros(6)]
  const tables: Record<string, Buffer> = {
    cmap: int16(...characters),
    glyf: int16(...box),
    head: int16(...version, ...version, 0, 0, ...magicNumber, 0, 1_000, ...zeros(8), 0, 0, 1_000, 1_000, 0, 8, 2, 0, 0),
    hhea: int16(...version, 1_000, 0, 0, 1_000, 0, 0, 1_000, 1, 0, 0, ...zeros(4), 0, 1),
    hmtx: int16(1_000, 0),
    loca: int16(0, box.length),
    maxp: int16(...version, 1, 4, 1, 0, 0, 1, ...zeros(8)),
  }
  const names = Object.keys(tables)
  let offset = 12 + 16 * names.length
  const records = Object.entries(tables).map(([name, table]) => {
    const record = Buffer.alloc(16)
    record.write(name)
    record.writeUInt32BE(offset, 8)
    record.writeUInt32BE(table.length, 12)
    offset += Math.ceil(table.length / 4) * 4
    return record
  })
  const padded = Object.values(tables).map((table) =>
    Buffer.concat([table, Buffer.alloc((4 - (table.length % 4)) % 4)]),
  )
  return Buffer.concat([int16(...version, names.length, 0, 0, 0), ...records, ...padded])
}
