import { readFile } from 'node:fs/promises'
import { readBoxes, replace, words, writeBoxes, type Box } from '../hostile/boxes.ts'
import { written } from './filming.ts'

/** Changes boxes of an MP4 whose tables come after its samples. */
export async function changed(path: string, change: (boxes: Box[]) => readonly Box[], suffix = 'mp4'): Promise<string> {
  return written(suffix, writeBoxes(change(readBoxes(await readFile(path)))))
}

/** Gives the first track a display matrix (ISO/IEC 14496-12 §8.3.2). */
export function withMatrix(path: string, matrix: readonly number[]): Promise<string> {
  return changed(path, (boxes) => {
    let isFirst = true
    return replace(boxes, 'tkhd', (header) => {
      for (const [index, value] of matrix.entries()) {
        const place = [0, 1, 3, 4][index] ?? 0
        if (isFirst) header.writeInt32BE(Math.round(value * 65_536), 40 + place * 4)
      }
      isFirst = false
      return header
    })
  })
}

/** Gives every track an edit list that keeps only a range (§8.6.6). */
export function withEdit(path: string, from: number, seconds: number): Promise<string> {
  return changed(path, (boxes) => {
    const scales: number[] = []
    replace(boxes, 'mdhd', (header) => {
      scales.push(header.readUInt32BE(12))
      return header
    })
    let scale = 1
    replace(boxes, 'mvhd', (header) => {
      scale = header.readUInt32BE(12)
      return header
    })
    return replace(boxes, 'elst', (list) => {
      const start = list.readInt32BE(12) + from * (scales.shift() ?? 1)
      return Buffer.concat([words(0, 1, seconds * scale, start), list.subarray(16)])
    })
  })
}

/** Renames the first sample entry with a name, and leaves the rest unchanged. */
export async function renamed(path: string, from: string, to: string, suffix = 'mp4'): Promise<string> {
  const bytes = await readFile(path)
  const at = bytes.indexOf(from, bytes.indexOf('stsd'))
  bytes.write(to, at, 'latin1')
  return written(suffix, bytes)
}

/** Marks the picture as encrypted: its sample entry is renamed, and gets a box with the scheme (§8.12). */
export function encrypted(path: string, scheme: string): Promise<string> {
  return changed(path, (boxes) =>
    replace(boxes, 'stsd', (description) => {
      const entry = description.subarray(8)
      if (entry.toString('latin1', 4, 8) !== 'avc1') return description
      const protection: Box = {
        type: 'sinf',
        content: writeBoxes([
          { type: 'frma', content: Buffer.from('avc1') },
          { type: 'schm', content: Buffer.concat([words(0), Buffer.from(scheme), words(0x10000)]) },
          { type: 'schi', content: Buffer.alloc(0) },
        ]),
      }
      const whole = Buffer.concat([entry, writeBoxes([protection])])
      whole.writeUInt32BE(whole.length)
      whole.write('encv', 4, 'latin1')
      return Buffer.concat([description.subarray(0, 8), whole])
    }),
  )
}
