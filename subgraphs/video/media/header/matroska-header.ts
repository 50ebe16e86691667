import { nearestQuarter, upright, type Turn } from '../orientation.ts'
import { elementAt, elementsIn, floatIn, unsignedIn, voidHeader, type Element } from './ebml.ts'
import type { FileBytes } from './file-bytes.ts'
import { matroskaCodecOf, nameOfMatroskaCodec } from './matroska-codecs.ts'
import { maxTracks, type Header, type Patch, type Track } from './track.ts'

/** Element ids (RFC 9559 §5.1). */
const ids = {
  ...{ ebml: 0x1a45dfa3, segment: 0x18538067, tracks: 0x1654ae6b, cluster: 0x1f43b675, attachments: 0x1941a469 },
  ...{ chapters: 0x1043a770, tags: 0x1254c367, trackEntry: 0xae, trackType: 0x83, codecId: 0x86, codecPrivate: 0x63a2 },
  ...{ flagDefault: 0x88, flagEnabled: 0xb9, video: 0xe0, pixelWidth: 0xb0, pixelHeight: 0xba },
  ...{ projection: 0x7670, projectionType: 0x7671, yaw: 0x7673, roll: 0x7675, audio: 0xe1, channels: 0x9f },
  ...{ contentEncodings: 0x6d80, contentEncoding: 0x6240, contentEncryption: 0x5035 },
}
const subtitleType = 0x11
const maxTracksBytes = 16 * 1024 * 1024
const maxElements = 50_000
/** Readers support one or two. */
const maxEncodings = 8

/** Parses the header of a Matroska or WebM file; null when it has none. */
export async function readMatroskaHeader(file: FileBytes): Promise<Header | null> {
  const clean: Patch[] = []
  let tracks: Track[] | null = null
  let at = 0
  for (let count = 0; at < file.size && count < maxElements; count++) {
    const element = await elementAt(file, at)
    if (!element) break
    if (element.id === ids.segment) {
      at = element.contentAt
      continue
    }
    if (element.id === ids.tracks && !tracks && element.size !== null && element.size <= maxTracksBytes) {
      const content = Buffer.from(await file.read(element.contentAt, element.size))
      tracks = elementsIn(content, element.contentAt)
        .filter(({ id }) => id === ids.trackEntry)
        .slice(0, maxTracks + 1)
        .map((entry) => readTrack(entry.content, entry.contentAt))
    }
    if (element.id === ids.attachments || element.id === ids.chapters) clean.push(...voided(element))
    // An element of unknown size can only be skipped by reading it, and nothing of interest follows.
    if (element.size === null) break
    at = element.contentAt + element.size
  }
  return tracks && { tracks, clean }
}

function voided(element: Element): Patch[] {
  const bytes = voidHeader(element)
  return bytes ? [{ at: element.at, bytes }] : []
}

function readTrack(content: Buffer, contentAt: number): Track {
  const elements = elementsIn(content, contentAt)
  const find = (id: number) => elements.find((element) => element.id === id)
  const number = (id: number, otherwise: number): number => {
    const element = find(id)
    return element ? unsignedIn(element.content) : otherwise
  }
  const type = number(ids.trackType, 0)
  const kind = type === 1 ? 'picture' : type === 2 ? 'sound' : 'other'
  const codecId = find(ids.codecId)
  const codecName = codecId?.content.toString('latin1').split('\0')[0] ?? ''
  const isEncrypted = isEncryptedBy(find(ids.contentEncodings))
  const codecPrivate = find(ids.codecPrivate)?.content ?? Buffer.alloc(0)
  const codec = matroskaCodecOf(codecName, codecPrivate)
  return {
    ...{ kind, isEncrypted },
    codec: isEncrypted || kind === 'other' ? null : codec,
    format: nameOfMatroskaCodec(codecName, codecPrivate),
    isDefault: number(ids.flagDefault, 1) === 1 && number(ids.flagEnabled, 1) === 1,
    hasSamples: true,
    ...sizeOf(find(ids.video)),
    channels: channelsOf(find(ids.audio)),
    endMs: null,
    use: [],
    hide: [
      ...(codecId ? [{ at: codecId.contentAt, bytes: Buffer.alloc(codecId.content.length, 'X') }] : []),
      ...typePatch(find(ids.trackType)),
    ],
  }
}

type Found = ReturnType<typeof elementsIn>[number] | undefined

/**
 * Readers lose track of a file with blocks of an undescribed track, so it is turned into a subtitle track of unknown format.
 */
function typePatch(element: Found): Patch[] {
  if (!element || element.content.length === 0) return []
  return [{ at: element.contentAt + element.content.length - 1, bytes: Buffer.from([subtitleType]) }]
}

function isEncryptedBy(encodings: Found): boolean {
  if (!encodings) return false
  const first = elementsIn(encodings.content, encodings.contentAt).slice(0, maxEncodings)
  return first.some(
    ({ id, content, contentAt }) =>
      id === ids.contentEncoding && elementsIn(content, contentAt).some((part) => part.id === ids.contentEncryption),
  )
}

function sizeOf(video: Found): { readonly pixels: number; readonly turn: Turn } {
  const elements = video ? elementsIn(video.content, video.contentAt) : []
  const number = (id: number): number =>
    unsignedIn(elements.find((element) => element.id === id)?.content ?? Buffer.alloc(0))
  const projection = elements.find(({ id }) => id === ids.projection)
  return { pixels: number(ids.pixelWidth) * number(ids.pixelHeight), turn: turnOfProjection(projection) }
}

/**
 * A flat picture is rotated counterclockwise by its roll, after half a turn around the vertical axis, which mirrors it (§7.2).
 */
function turnOfProjection(projection: Found): Turn {
  if (!projection) return upright
  const elements = elementsIn(projection.content, projection.contentAt)
  const content = (id: number): Buffer => elements.find((element) => element.id === id)?.content ?? Buffer.alloc(0)
  if (unsignedIn(content(ids.projectionType)) !== 0) return upright
  const isMirrored = nearestQuarter(floatIn(content(ids.yaw))) === 180
  return { isMirrored, degrees: nearestQuarter(-floatIn(content(ids.roll))) }
}

function channelsOf(audio: Found): number {
  if (!audio) return 0
  const channels = elementsIn(audio.content, audio.contentAt).find(({ id }) => id === ids.channels)
  return channels ? unsignedIn(channels.content) : 1
}
