/** The file format around a video, as its first bytes tell. */
export interface Container {
  /** The ffmpeg demuxer that reads it. */
  readonly demuxer: 'mov' | 'matroska'
  /** As it is served. */
  readonly contentType: string
  readonly extension: string
}

const mp4: Container = { demuxer: 'mov', contentType: 'video/mp4', extension: 'mp4' }
const quickTime: Container = { demuxer: 'mov', contentType: 'video/quicktime', extension: 'mov' }
const webm: Container = { demuxer: 'matroska', contentType: 'video/webm', extension: 'webm' }
const matroska: Container = { demuxer: 'matroska', contentType: 'video/matroska', extension: 'mkv' }

/** How many bytes `recognizeContainer` wants to see. */
export const headLength = 64

/** Atoms that a QuickTime file may begin with; older ones have no `ftyp` (QuickTime File Format, "Overview of atoms"). */
const quickTimeAtoms = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'])

/** Brands of pictures in the same clothes: HEIF (ISO/IEC 23008-12), AVIF, Canon raw. */
const pictureBrands = /^(hei[cxms]|hev[cx]|mif[12]|msf1|avi[fs]|crx )$/

/**
 * The container of a file; null when it is none of those that are accepted. Names and types that a client states are
 * never asked.
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
  // RFC 8794: an EBML header, whose element 0x4282 is the DocType.
  if (!text.startsWith('\x1a\x45\xdf\xa3')) return null
  const [, documentType] = /\x42\x82.(webm|matroska)/s.exec(text) ?? []
  return documentType === 'webm' ? webm : documentType === 'matroska' ? matroska : null
}
