import { readFile } from 'node:fs/promises'
import { elementsIn, readElement } from '../../subgraphs/video/media/header/ebml.ts'
import { written } from './filming.ts'

const [segment, seekHead, cues, tracks, trackEntry, video] = [
  0x18538067, 0x114d9b74, 0x1c53bb6b, 0x1654ae6b, 0xae, 0xe0,
] as const

/** Rotates the picture of a Matroska file: by its roll, counterclockwise, after its yaw (RFC 9559 §5.1.4.1.28.41). */
export async function withProjection(path: string, roll: number, yaw = 0): Promise<string> {
  const bytes = await readFile(path)
  const head = readElement(bytes, 0)
  const headEnd = (head?.contentAt ?? 0) + (head?.size ?? 0)
  const pose = Buffer.concat([
    element(0x7671, Buffer.from([0])),
    element(0x7673, float(yaw)),
    element(0x7675, float(roll)),
  ])
  const changeVideo = (content: Buffer): Buffer => Buffer.concat([content, element(0x7670, pose)])
  const walk = (content: Buffer, [next, ...rest]: readonly number[]): Buffer =>
    next === undefined
      ? changeVideo(content)
      : Buffer.concat(
          elementsIn(content, 0)
            .filter(({ id }) => id !== seekHead && id !== cues)
            .map((child) => element(child.id, child.id === next ? walk(child.content, rest) : child.content)),
        )
  const body = walk(bytes.subarray(headEnd), [segment, tracks, trackEntry, video])
  return written('mkv', Buffer.concat([bytes.subarray(0, headEnd), body]))
}

function element(id: number, content: Buffer): Buffer {
  const name = Buffer.from(id.toString(16), 'hex')
  const size = Buffer.alloc(4)
  size.writeUInt32BE(0x1000_0000 + content.length)
  return Buffer.concat([name, size, content])
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatBE(value)
  return bytes
}
