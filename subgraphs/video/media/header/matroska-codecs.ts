/**
 * Codec ids of Matroska (https://www.matroska.org/technical/codec_specs.html) and ffmpeg's names; the longest prefix counts.
 */
const codecs: Readonly<Record<string, string>> = {
  ...{ 'V_MPEG4/ISO/AVC': 'h264', 'V_MPEGH/ISO/HEVC': 'hevc', V_VP8: 'vp8', V_VP9: 'vp9', V_AV1: 'av1' },
  ...{ 'V_MPEG4/ISO/SP': 'mpeg4', 'V_MPEG4/ISO/ASP': 'mpeg4', 'V_MPEG4/ISO/AP': 'mpeg4', V_MPEG2: 'mpeg2video' },
  ...{ V_MPEG1: 'mpeg1video', V_PRORES: 'prores', V_MJPEG: 'mjpeg', V_THEORA: 'theora', V_FFV1: 'ffv1' },
  ...{ A_AAC: 'aac', 'A_MPEG/L3': 'mp3', 'A_MPEG/L2': 'mp2', 'A_MPEG/L1': 'mp2', A_OPUS: 'opus', A_VORBIS: 'vorbis' },
  ...{ A_FLAC: 'flac', A_ALAC: 'alac', A_AC3: 'ac3', A_EAC3: 'eac3', A_DTS: 'dts', A_TRUEHD: 'truehd' },
  ...{ 'A_PCM/INT/LIT': 'pcm', 'A_PCM/INT/BIG': 'pcm', 'A_PCM/FLOAT/IEEE': 'pcm' },
}

/** Windows video codecs: four letters in a `BITMAPINFOHEADER`. */
const windowsPictures: Readonly<Record<string, string>> = {
  ...{ H264: 'h264', h264: 'h264', X264: 'h264', x264: 'h264', AVC1: 'h264', avc1: 'h264', HEVC: 'hevc', H265: 'hevc' },
  ...{
    XVID: 'mpeg4',
    xvid: 'mpeg4',
    DIVX: 'mpeg4',
    divx: 'mpeg4',
    DX50: 'mpeg4',
    FMP4: 'mpeg4',
    MP4V: 'mpeg4',
    mp4v: 'mpeg4',
  },
  ...{ MJPG: 'mjpeg', mjpg: 'mjpeg', FLV1: 'flv1', H263: 'h263', h263: 'h263', FFV1: 'ffv1', VP80: 'vp8', VP90: 'vp9' },
  ...{ MPG2: 'mpeg2video', mpg2: 'mpeg2video', mpg1: 'mpeg1video', AV01: 'av1' },
}

/** Windows audio codecs: a number at the beginning of a `WAVEFORMATEX`. */
const windowsSounds: Readonly<Record<number, string>> = {
  ...{ 0x0001: 'pcm', 0x0003: 'pcm', 0x0006: 'pcm', 0x0007: 'pcm', 0x0002: 'adpcm', 0x0011: 'adpcm', 0x0020: 'adpcm' },
  ...{ 0x0050: 'mp2', 0x0055: 'mp3', 0x00ff: 'aac', 0x1600: 'aac', 0x2000: 'ac3', 0x2001: 'dts', 0xfffe: 'pcm' },
  ...{ 0x0045: 'adpcm', 0x0064: 'adpcm', 0x5346: 'adpcm' },
}

/** Extended AAC (object type 42, escaped as 31 and 10), which ffmpeg decodes only since version 7.1. */
function isExtendedAac(codecPrivate: Buffer): boolean {
  const [first = 0, second = 0] = codecPrivate
  return first >> 3 === 31 && (((first & 7) << 3) | (second >> 5)) === 10
}

/** The codec of a track; null for one that is not accepted. */
export function matroskaCodecOf(codecId: string, codecPrivate: Buffer): string | null {
  if (codecId === 'V_MS/VFW/FOURCC') return windowsPictures[codecPrivate.toString('latin1', 16, 20)] ?? null
  if (codecId === 'V_QUICKTIME') {
    const type = codecPrivate.toString('latin1', 4, 8)
    return { s263: 'h263', h263: 'h263', jpeg: 'mjpeg', mjpa: 'mjpeg', mp4v: 'mpeg4', avc1: 'h264' }[type] ?? null
  }
  if (codecId === 'A_MS/ACM')
    return codecPrivate.length < 2 ? null : (windowsSounds[codecPrivate.readUInt16LE()] ?? null)
  if (codecId === 'A_AAC' && isExtendedAac(codecPrivate)) return null
  const known = codecs[codecId]
  if (known) return known
  // Some ids continue after a slash: `A_AAC/MPEG4/LC`, `A_DTS/EXPRESS`.
  return codecs[codecId.split('/')[0] ?? ''] ?? null
}

/** The common name of a codec that is not accepted. */
export function nameOfMatroskaCodec(codecId: string, codecPrivate: Buffer): string {
  if (codecId === 'V_MS/VFW/FOURCC') return printable(codecPrivate.toString('latin1', 16, 20))
  if (codecId === 'A_MS/ACM') {
    const number = codecPrivate.length < 2 ? 0 : codecPrivate.readUInt16LE()
    return number >= 0x160 && number <= 0x163 ? 'Windows Media Audio' : `0x${number.toString(16)}`
  }
  return printable(codecId.replace(/^[A-Z]_/, ''))
}

function printable(name: string): string {
  return (
    name
      .replace(/[^ -~]/g, '')
      .trim()
      .slice(0, 32) || 'unknown'
  )
}
