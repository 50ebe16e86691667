/** A video container format, recognised by its first bytes. */
export interface Container {
  /** The ffmpeg demuxer for it. */
  readonly demuxer: 'mov' | 'matroska' | 'avi' | 'flv' | 'mpegts'
  /** The content type with which it is served. */
  readonly contentType: string
  readonly extension: string
}

const mp4: Container = { demuxer: 'mov', contentType: 'video/mp4', extension: 'mp4' }
const quickTime: Container = { demuxer: 'mov', contentType: 'video/quicktime', extension: 'mov' }
const webm: Container = { demuxer: 'matroska', contentType: 'video/webm', extension: 'webm' }
const avi: Container = { demuxer: 'avi', contentType: 'video/x-msvideo', extension: 'avi' }
const flv: Container = { demuxer: 'flv', contentType: 'video/x-flv', extension: 'flv' }
const transportStream: Container = { demuxer: 'mpegts', contentType: 'video/mp2t', extension: 'ts' }
/** AVI, FLV and MPEG-TS are also repacked into this before they are inspected. */
export const matroska: Container = { demuxer: 'matroska', contentType: 'video/matroska', extension: 'mkv' }

/** How many bytes `recognizeContainer` needs. */
export const headLength = 400

/** Atoms with which a QuickTime file may begin; older files have no `ftyp` (QuickTime File Format, "Overview of atoms"). */
const quickTimeAtoms = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'])

/** Brands of pictures in the same container: HEIF (ISO/IEC 23008-12), AVIF, Canon raw. */
const pictureBrands = /^(hei[cxms]|hev[cx]|mif[12]|msf1|avi[fs]|crx )$/

/**
 * The container of a file; null when it is not accepted. File names and content types from clients are ignored.
 *
 * @param head the first bytes of the file, at least `headLength` if it has as many.
 */
export function recognizeContainer(head: Buffer): Container | null {
  const text = head.toString('latin1', 0, headLength)
  // ISO/IEC 14496-12: four bytes of size, then the type of the first box, then its brand.
  const [type, brand] = [text.slice(4, 8), text.slice(8, 12)]
  if (type === 'ftyp') {
    if (pictureBrands.test(brand)) return null
    return brand === 'qt  ' ? quickTime : mp4
  }
  if (quickTimeAtoms.has(type)) return quickTime
  if (text.startsWith('RIFF') && brand === 'AVI ') return avi
  if (text.startsWith('FLV\x01')) return flv
  if (isTransportStream(text)) return transportStream
  // RFC 8794: an EBML header, whose element 0x4282 is the DocType.
  if (!text.startsWith('\x1a\x45\xdf\xa3')) return null
  const [, documentType] = /\x42\x82.(webm|matroska)/s.exec(text.slice(0, 64)) ?? []
  return documentType === 'webm' ? webm : documentType === 'matroska' ? matroska : null
}

/** Packets of 188 bytes (ISO/IEC 13818-1 §2.4.3.2); cameras put a timestamp of four bytes before each. */
function isTransportStream(text: string): boolean {
  return [
    [0, 188],
    [4, 192],
  ].some(([start = 0, step = 0]) => text[start] === 'G' && text[start + step] === 'G')
}

/** Containers and pictures that users try to upload but that are not accepted. */
const others: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^\x30\x26\xb2\x75\x8e\x66\xcf\x11/, 'Windows Media'],
  [/^OggS/, 'Ogg'],
  [/^\x00\x00\x01\xba/, 'MPEG program stream'],
  [/^\.RMF/, 'RealMedia'],
  [/^\x06\x0e\x2b\x34/, 'MXF'],
  [/^GIF8/, 'GIF'],
  [/^RIFF[^]{4}WEBP/, 'WebP'],
  [/^RIFF[^]{4}WAVE/, 'WAV'],
  [/^....ftyp(hei|hev|mif|msf|avi|crx)/s, 'HEIF'],
  [/^\xff\xd8\xff/, 'JPEG'],
  [/^\x89PNG/, 'PNG'],
]

/** The name of a known format that is not accepted; null for anything else. */
export function nameOfForeignFormat(head: Buffer): string | null {
  const text = head.toString('latin1', 0, 16)
  return others.find(([pattern]) => pattern.test(text))?.[1] ?? null
}
