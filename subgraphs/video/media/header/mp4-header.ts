import { turnOf, upright, type Matrix } from '../orientation.ts'
import { boxAlong, boxesIn, readBoxHeader, type Box } from './boxes.ts'
import type { FileBytes } from './file-bytes.ts'
import { plainPcm } from './plain-pcm.ts'
import { nameOfEntry, pictureCodecOf, soundCodecOfEntry } from './mp4-codecs.ts'
import { maxTracks, type Header, type Patch, type Track } from './track.ts'

/** More than the tables of an hour of video. */
const maxMovieBytes = 64 * 1024 * 1024
const maxFragmentBytes = 4 * 1024 * 1024
/** The limit for all fragments together; an hour of video has half as many. */
const maxFragmentBoxes = 50_000
const maxTopBoxes = 50_000
/** How many malformed boxes are skipped, and how many bytes of a file are changed in total. */
const maxRepairs = 3
const maxPatches = 20_000

/** A sample entry type that no reader knows; some know `none`. */
const unknownEntry = Buffer.from('hide', 'latin1')

/** Boxes that do not affect decoding but that readers may fail on. */
const needless = new Set(['udta', 'meta', 'uuid', 'tref', 'sgpd', 'sbgp', 'subs', 'iods', 'pdin'])

/** Parses the header of an MP4 or QuickTime file; null when it has none. */
export async function readMp4Header(file: FileBytes): Promise<Header | null> {
  const clean: Patch[] = []
  const inFragments = new Set<number>()
  let movie: Box | null = null
  let at = 0
  let repairs = 0
  let fragmentBoxes = 0
  for (let count = 0; at + 8 <= file.size && count < maxTopBoxes; count++) {
    const header = readBoxHeader(await file.read(at, 16), file.size - at)
    const isBroken = !header || (paddings.has(header.type) && header.size > file.size - at)
    if (isBroken && !movie && repairs < maxRepairs) {
      repairs++
      const next = await findBox(file, at + 8)
      if (next === null) break
      clean.push({ at, bytes: padding(next - at) })
      at = next
      continue
    }
    if (!header) break
    const { type, headerSize, size } = header
    const contentSize = Math.min(size, file.size - at) - headerSize
    const load = async (): Promise<Box> => ({
      ...{ type, at, contentAt: at + headerSize },
      content: Buffer.from(await file.read(at + headerSize, contentSize)),
    })
    if (type === 'moov' && !movie) {
      if (contentSize > maxMovieBytes) return null
      movie = await load()
    } else if (type === 'moof' && contentSize <= maxFragmentBytes && fragmentBoxes < maxFragmentBoxes) {
      fragmentBoxes += readFragment(await load(), inFragments, clean)
    } else if (needless.has(type)) {
      clean.push(emptied({ at }))
    }
    at += size
  }
  if (!movie || clean.length > maxPatches) return null
  const scale = movieScale(movie)
  const children = boxesIn(movie.content, movie.contentAt)
  clean.push(...needlessOf(children))
  const tracks = children
    .filter(({ type }) => type === 'trak')
    .slice(0, maxTracks + 1)
    .map((box) => {
      clean.push(...needlessIn(box), ...needlessIn(boxAlong(box, 'mdia', 'minf', 'stbl')))
      return readTrack(box, scale, inFragments)
    })
  return { tracks, clean }
}

const paddings = new Set([...needless, 'free', 'skip', 'wide'])
const searchedBytes = 64 * 1024

/** The offset of the next box of samples or tables near an offset; null when there is none. */
async function findBox(file: FileBytes, from: number): Promise<number | null> {
  const bytes = await file.read(from, searchedBytes)
  const places = ['moov', 'moof', 'mdat']
    .map((type) => bytes.indexOf(type, 4, 'latin1'))
    .filter((place) => place >= 0 && readBoxHeader(bytes.subarray(place - 4, place + 12), Infinity) !== null)
  return places.length === 0 ? null : from + Math.min(...places) - 4
}

function padding(size: number): Buffer {
  const header = Buffer.from('....free', 'latin1')
  header.writeUInt32BE(size)
  return header
}

/** Replaces a box by one that readers skip. */
function emptied({ at }: Pick<Box, 'at'>): Patch {
  return { at: at + 4, bytes: Buffer.from('free', 'latin1') }
}

function needlessIn(box: Box | undefined): Patch[] {
  return box ? needlessOf(boxesIn(box.content, box.contentAt)) : []
}

function needlessOf(boxes: readonly Box[]): Patch[] {
  return boxes.filter(({ type }) => needless.has(type)).map(emptied)
}

/** Collects the tracks that have samples in a fragment; returns how many boxes were parsed. */
function readFragment(fragment: Box, inFragments: Set<number>, clean: Patch[]): number {
  const boxes = boxesIn(fragment.content, fragment.contentAt)
  clean.push(...needlessOf(boxes))
  let count = boxes.length
  // One per track.
  for (const box of boxes.filter(({ type }) => type === 'traf').slice(0, maxTracks)) {
    const parts = boxesIn(box.content, box.contentAt)
    count += parts.length
    clean.push(...needlessOf(parts))
    const header = parts.find(({ type }) => type === 'tfhd')
    const hasRun = parts.some(({ type }) => type === 'trun')
    if (header && header.content.length >= 8 && hasRun) inFragments.add(header.content.readUInt32BE(4))
  }
  return count
}

interface MovieScale {
  /** Units per second. */
  readonly units: number
  readonly matrix: Matrix
}

function movieScale(movie: Box): MovieScale {
  const content = boxAlong(movie, 'mvhd')?.content ?? Buffer.alloc(0)
  const isLong = content[0] === 1
  return { units: wordAt(content, isLong ? 20 : 12), matrix: matrixAt(content, isLong ? 48 : 36) }
}

function readTrack(box: Box, movie: MovieScale, inFragments: ReadonlySet<number>): Track {
  const header = boxAlong(box, 'tkhd')?.content ?? Buffer.alloc(0)
  const isLong = header[0] === 1
  const handler = boxAlong(box, 'mdia', 'hdlr')
  const handlerType = handler?.content.toString('latin1', 8, 12)
  const kind = handlerType === 'vide' ? 'picture' : handlerType === 'soun' ? 'sound' : 'other'
  const tables = boxAlong(box, 'mdia', 'minf', 'stbl')
  const description = boxAlong(tables, 'stsd')
  const entries = description ? boxesIn(description.content.subarray(8), description.contentAt + 8) : []
  const [entry] = entries
  const whole = entry?.content ?? Buffer.alloc(0)
  const isEncrypted = entry !== undefined && /^(enc[vat]|drm[si])$/.test(entry.type)
  const plain = entry && kind === 'sound' ? plainPcm(entry) : null
  const codecOf = kind === 'picture' ? pictureCodecOf : soundCodecOfEntry
  const turn = kind === 'picture' ? turnOf(product(matrixAt(header, isLong ? 52 : 40), movie.matrix)) : upright
  const hide = [
    ...(handler ? [{ at: handler.contentAt + 8, bytes: Buffer.from('meta', 'latin1') }] : []),
    ...entries.map(({ at }) => ({ at: at + 4, bytes: unknownEntry })),
  ]
  return {
    ...{ kind, isEncrypted, turn, hide },
    use: plain?.patches ?? [],
    codec: !entry || isEncrypted || kind === 'other' ? null : plain ? 'pcm' : codecOf(entry.type, whole),
    format: entry ? nameOfEntry(entry.type, whole) : 'unknown',
    isDefault: ((header[3] ?? 1) & 1) === 1,
    hasSamples: sampleCount(tables) > 0 || inFragments.has(wordAt(header, isLong ? 20 : 12)),
    pixels: kind === 'picture' && whole.length >= 28 ? whole.readUInt16BE(24) * whole.readUInt16BE(26) : 0,
    channels: kind === 'sound' ? channelsOf(whole) : 0,
    endMs: editedLength(boxAlong(box, 'edts', 'elst')?.content, movie.units),
  }
}

function sampleCount(tables: Box | undefined): number {
  const sizes = boxAlong(tables, 'stsz') ?? boxAlong(tables, 'stz2')
  return sizes ? wordAt(sizes.content, 8) : 0
}

/**
 * QuickTime's second version of sound entries has the channels elsewhere (QuickTime File Format, "Sound sample description").
 */
function channelsOf(entry: Buffer): number {
  if (entry.length < 20) return 0
  return entry.readUInt16BE(8) === 2 ? wordAt(entry, 40) : entry.readUInt16BE(16)
}

/** The total length of all edits (ISO/IEC 14496-12 §8.6.6), in milliseconds; an edit of length 0 takes everything there is. */
function editedLength(content: Buffer | undefined, units: number): number | null {
  if (!content || content.length < 8 || units === 0) return null
  const isLong = content[0] === 1
  const size = isLong ? 20 : 12
  const count = Math.min(wordAt(content, 4), Math.floor((content.length - 8) / size))
  let sum = 0
  for (let index = 0; index < count; index++) {
    const at = 8 + index * size
    const length = isLong ? Number(content.readBigUInt64BE(at)) : content.readUInt32BE(at)
    if (length === 0) return null
    sum += length
  }
  return sum === 0 ? null : Math.round((sum / units) * 1_000)
}

function wordAt(content: Buffer, at: number): number {
  return content.length >= at + 4 ? content.readUInt32BE(at) : 0
}

/** Numbers of 16.16 bits; the identity where there are none. */
function matrixAt(content: Buffer, at: number): Matrix {
  if (content.length < at + 20) return [1, 0, 0, 1]
  const [a = 1, b = 0, c = 0, d = 1] = [0, 4, 12, 16].map((offset) => content.readInt32BE(at + offset) / 65_536)
  return a * d - b * c === 0 ? [1, 0, 0, 1] : [a, b, c, d]
}

/** First the matrix of the track, then that of the movie. */
function product([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix {
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]
}
