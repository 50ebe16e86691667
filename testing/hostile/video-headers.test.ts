import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FileBytes } from '../../subgraphs/video/media/header/file-bytes.ts'
import { readMatroskaHeader } from '../../subgraphs/video/media/header/matroska-header.ts'
import { readMp4Header } from '../../subgraphs/video/media/header/mp4-header.ts'
import { words, writeBoxes, type Box } from './boxes.ts'

/** How many ordinary files a file of 4 MB may cost. Reading it once costs up to 35, reading it repeatedly costs hundreds. */
const maxFiles = 80
const megabyte = 1024 * 1024
const length = 4 * megabyte

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
const box = (type: string, ...content: readonly (Buffer | Box)[]): Box => ({
  type,
  content: Buffer.concat(content.map((part) => (Buffer.isBuffer(part) ? part : writeBoxes([part])))),
})
const times = (count: number, piece: Buffer): Buffer => Buffer.concat(Array<Buffer>(Math.floor(count)).fill(piece))
/** A piece repeated up to a size. */
const filled = (size: number, piece: Buffer): Buffer => times(size / piece.length, piece)
const written = (...boxes: readonly Box[]): Buffer => writeBoxes([box('ftyp', bytes('isom\0\0\0\0')), ...boxes])
const empty = (type: string): Buffer => writeBoxes([box(type)])
const nested = (depth: number, type: string): Buffer => {
  const whole = Buffer.alloc(depth * 8)
  for (let level = 0; level < depth; level++) {
    whole.writeUInt32BE((depth - level) * 8, level * 8)
    whole.write(type, level * 8 + 4, 'latin1')
  }
  return whole
}
/** A track whose boxes have their content after a thousand others. */
const crowded = (): Box => {
  const crowd = times(900, empty('free'))
  const tables = box('stbl', crowd, box('stsd', words(0, 1), crowd), box('stsz', words(0, 1, 1)))
  const media = box('mdia', crowd, box('minf', crowd, tables), box('hdlr', words(0, 0), bytes('vide')))
  return box('trak', crowd, box('tkhd', Buffer.alloc(84)), box('edts', crowd, box('elst', words(0, 0))), media)
}
const endless = writeBoxes([box('elst', words(0, 0xffffffff), filled(length, words(1, 0, 0x10000)))])

const mp4: Readonly<Record<string, () => Buffer>> = {
  'empty boxes': () => filled(length, empty('free')),
  'boxes that say nothing of decoding': () => filled(length, empty('uuid')),
  'boxes of size 0': () => filled(length, words(0, 0x66726565)),
  'boxes shorter than their header': () => filled(length, words(7, 0x6d6f6f76)),
  'boxes of 16 exabytes': () => filled(length, words(1, 0x66726565, 0xffffffff, 0xffffffff)),
  'tables within tables': () => written(box('moov', nested(length / 8, 'moov'))),
  'tracks within tracks': () => written(box('moov', nested(length / 8, 'trak'))),
  'a thousand tracks': () => written(box('moov', times(1_000, writeBoxes([box('trak', Buffer.alloc(4_000))])))),
  'tracks full of boxes': () => written(box('moov', times(64, writeBoxes([crowded()])))),
  'an endless edit list': () => written(box('moov', box('trak', box('edts', endless)))),
  'a thousand descriptions': () =>
    written(
      box(
        'moov',
        box('trak', box('mdia', box('minf', box('stbl', box('stsd', words(0, 1_000), filled(length, empty('avc1'))))))),
      ),
    ),
  'fragments full of boxes': () =>
    written(box('moov'), box('moof', times(990, writeBoxes([box('traf', times(500, empty('sgpd')))])))),
  'a hundred thousand fragments': () => Buffer.concat([written(box('moov')), filled(length, empty('moof'))]),
  'broken boxes before nothing': () =>
    Buffer.concat([
      bytes('\0\0\0\x08ftyp'),
      times(4, Buffer.concat([bytes('\x7f\xff\xff\xffskip'), Buffer.alloc(megabyte)])),
    ]),
}

const ebml = bytes('\x1a\x45\xdf\xa3\x80')
const endlessSegment = bytes('\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff')
/** With a size field of four bytes. */
const element = (id: string, content: Buffer): Buffer => {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(0x1000_0000 + content.length)
  return Buffer.concat([bytes(id), size, content])
}
const inSegment = (...parts: readonly Buffer[]): Buffer => Buffer.concat([ebml, endlessSegment, ...parts])
const tracks = (content: Buffer): Buffer => inSegment(element('\x16\x54\xae\x6b', content))
const entry = (content: Buffer): Buffer => element('\xae', content)

const matroska: Readonly<Record<string, () => Buffer>> = {
  'empty elements': () => inSegment(filled(length, bytes('\xec\x80'))),
  'segments within segments, none with an end': () => Buffer.concat([ebml, filled(length, endlessSegment)]),
  'clusters of unknown size': () => inSegment(filled(length, bytes('\x1f\x43\xb6\x75\xff'))),
  'attachments without end': () => inSegment(filled(length, bytes('\x19\x41\xa4\x69\x80'))),
  'elements of 72 petabytes': () => inSegment(filled(length, bytes('\xec\x01\xff\xff\xff\xff\xff\xff\xfe'))),
  'a thousand tracks': () => tracks(times(1_000, entry(Buffer.alloc(4_000, 0xec)))),
  'tracks full of elements': () => tracks(times(64, entry(filled(length / 70, bytes('\xec\x80'))))),
  'tracks within tracks': () => tracks(filled(length, bytes('\xae\x01\0\0\0\0\x3f\xff\xff'))),
  'a name of a format without end': () => tracks(entry(element('\x86', Buffer.alloc(length, 'A')))),
  'encodings full of encodings': () =>
    tracks(entry(element('\x6d\x80', times(990, element('\x62\x40', filled(4_000, bytes('\xec\x80'))))))),
}

/** Ten minutes, in fragments of a second with a picture and a sound. */
function ordinaryFile(): Buffer {
  const track = (id: number) =>
    box('traf', box('tfhd', words(0, id)), box('tfdt', words(0, 0)), box('trun', words(0, 0)))
  const second = [box('moof', box('mfhd', words(0, 0)), track(1), track(2)), box('mdat', Buffer.alloc(1_000))]
  return Buffer.concat([written(box('moov', crowded())), times(600, writeBoxes(second))])
}

let folder: string
/** The cost of reading its header, in microseconds of CPU. */
let ordinary: number
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headers-'))
  ordinary = await costOf(ordinaryFile(), readMp4Header, { attempts: 10, enough: 0 })
})
afterAll(() => rm(folder, { recursive: true }))

async function costOf(
  content: Buffer,
  read: (file: FileBytes) => Promise<unknown>,
  { attempts, enough }: { readonly attempts: number; readonly enough: number },
): Promise<number> {
  const path = join(folder, 'video')
  await writeFile(path, content)
  const handle = await open(path)
  try {
    return await cheapest(attempts, enough, async () => read(await FileBytes.of(handle)))
  } finally {
    await handle.close()
  }
}

/** The minimum CPU time of several attempts, in microseconds; stops when it is small enough. */
async function cheapest(attempts: number, enough: number, work: () => unknown): Promise<number> {
  let best = Infinity
  for (let attempt = 0; attempt < attempts && best > enough; attempt++) {
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, user + system)
  }
  return best
}

const files = [
  ...Object.entries(mp4).map(([name, make]) => ['an MP4', name, make, readMp4Header] as const),
  ...Object.entries(matroska).map(([name, make]) => ['a Matroska file', name, make, readMatroskaHeader] as const),
]
it.each(files)('reading the header of %s of %s costs a bounded time', async (_kind, name, make, read) => {
  const cost = await costOf(make(), read, { attempts: 4, enough: ordinary * maxFiles })
  expect([name, Math.ceil(cost / ordinary)]).toEqual([name, expect.toSatisfy((count: number) => count <= maxFiles)])
})
