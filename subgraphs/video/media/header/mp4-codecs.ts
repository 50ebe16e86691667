/** Sample entries of pictures (https://mp4ra.org, QuickTime File Format), and ffmpeg's names of their codecs. */
const pictures: Readonly<Record<string, string>> = {
  ...{ avc1: 'h264', avc2: 'h264', avc3: 'h264', avc4: 'h264', h264: 'h264', H264: 'h264', x264: 'h264', X264: 'h264' },
  ...{ dva1: 'h264', dvav: 'h264', hvc1: 'hevc', hev1: 'hevc', hvc2: 'hevc', hev2: 'hevc', dvh1: 'hevc', dvhe: 'hevc' },
  ...{ vp08: 'vp8', vp09: 'vp9', av01: 'av1', s263: 'h263', h263: 'h263', H263: 'h263' },
  ...{ jpeg: 'mjpeg', mjpa: 'mjpeg', mjpg: 'mjpeg', MJPG: 'mjpeg', FFV1: 'ffv1' },
  ...{ apch: 'prores', apcn: 'prores', apcs: 'prores', apco: 'prores', ap4h: 'prores', ap4x: 'prores' },
  ...{ mp2v: 'mpeg2video', m2v1: 'mpeg2video', mpg2: 'mpeg2video', MPEG: 'mpeg2video', mpeg: 'mpeg1video' },
  ...{ XVID: 'mpeg4', DIVX: 'mpeg4', DX50: 'mpeg4', '3IVX': 'mpeg4', fmp4: 'mpeg4', FMP4: 'mpeg4' },
}

/** MPEG-2 variants of cameras, by resolution and rate. */
const cameraMpeg2 = /^(hdv[1-9a]|mx[345][np]|xd5[1-9a-f]|xdv[1-9a-f]|xdh[a-d2]|xd54|xd55)$/

const sounds: Readonly<Record<string, string>> = {
  ...{ '.mp3': 'mp3', 'ms\0U': 'mp3', '.mp2': 'mp2', 'ms\0P': 'mp2', Opus: 'opus', fLaC: 'flac', alac: 'alac' },
  ...{ 'ac-3': 'ac3', AC_3: 'ac3', sac3: 'ac3', 'ec-3': 'eac3', dtsc: 'dts', dtse: 'dts', dtsh: 'dts', dtsl: 'dts' },
  ...{ mlpa: 'truehd', samr: 'amr_nb', sawb: 'amr_wb', ima4: 'adpcm', 'ms\0\x02': 'adpcm', 'ms\0\x11': 'adpcm' },
  ...{ lpcm: 'pcm', sowt: 'pcm', twos: 'pcm', in24: 'pcm', in32: 'pcm', fl32: 'pcm', fl64: 'pcm', 'raw ': 'pcm' },
  ...{ NONE: 'pcm', alaw: 'pcm', ulaw: 'pcm' },
}

/**
 * The codec of an `mp4v` or `mp4a` entry, by the object type of its descriptor
 * (https://mp4ra.org/registered-types/object-types).
 */
const objects: Readonly<Record<number, string>> = {
  ...{ 0x20: 'mpeg4', 0x21: 'h264', 0x23: 'hevc', 0x60: 'mpeg2video', 0x61: 'mpeg2video', 0x62: 'mpeg2video' },
  ...{ 0x63: 'mpeg2video', 0x64: 'mpeg2video', 0x65: 'mpeg2video', 0x6a: 'mpeg1video', 0x6c: 'mjpeg' },
  ...{ 0x40: 'aac', 0x66: 'aac', 0x67: 'aac', 0x68: 'aac', 0x69: 'mp3', 0x6b: 'mp3', 0xa5: 'ac3', 0xa6: 'eac3' },
  ...{ 0xa9: 'dts', 0xac: 'dts', 0xad: 'opus', 0xc1: 'flac', 0xdd: 'vorbis' },
}

/** MPEG-4 audio types that ffmpeg decodes; extended AAC (42) is missing before version 7.1. */
const decodedAac = new Set([1, 2, 3, 4, 5, 17, 19, 20, 22, 23, 29, 39])

/** The codec of a picture sample entry; null for one that is not accepted. */
export function pictureCodecOf(type: string, entry: Buffer): string | null {
  if (type === 'mp4v') return descriptorOf(entry)?.codec ?? (entry.includes('esds') ? null : 'mpeg4')
  return pictures[type] ?? (cameraMpeg2.test(type) ? 'mpeg2video' : null)
}

/** The codec of a sound sample entry; null for one that is not accepted. */
export function soundCodecOfEntry(type: string, entry: Buffer): string | null {
  if (type !== 'mp4a') return sounds[type] ?? null
  const descriptor = descriptorOf(entry)
  if (!descriptor) return entry.includes('esds') ? null : 'aac'
  if (descriptor.codec !== 'aac' || descriptor.audioObjectType === null) return descriptor.codec
  return decodedAac.has(descriptor.audioObjectType) ? 'aac' : null
}

/** The common name of an entry whose codec is not accepted. */
export function nameOfEntry(type: string, entry: Buffer): string {
  const names: Readonly<Record<string, string>> = {
    ...{ 'ac-4': 'AC-4', apac: 'Apple Positional Audio', mha1: 'MPEG-H', mhm1: 'MPEG-H', ipcm: 'PCM', fpcm: 'PCM' },
    ...{ 'dvc ': 'DV', dvcp: 'DV', SVQ3: 'Sorenson Video', cvid: 'Cinepak', 'rle ': 'Animation', vvc1: 'H.266' },
  }
  if (type === 'mp4a' && descriptorOf(entry)?.audioObjectType === 42) return 'xHE-AAC'
  return names[type] ?? (type.replace(/[^ -~]/g, '').trim() || 'unknown')
}

interface Descriptor {
  readonly codec: string | null
  /** For MPEG-4 sound (ISO/IEC 14496-3 §1.5.1). */
  readonly audioObjectType: number | null
}

/** The box `esds` (ISO/IEC 14496-1 §7.2.6): a descriptor that contains the decoder's, which contains its configuration. */
function descriptorOf(entry: Buffer): Descriptor | null {
  const at = entry.indexOf('esds', 0, 'latin1')
  if (at < 0) return null
  const bytes = entry.subarray(at + 8)
  let position = 0
  const enter = (tag: number): boolean => {
    if (bytes[position] !== tag) return false
    position++
    for (let count = 0; count < 4 && ((bytes[position] ?? 0) & 0x80) !== 0; count++) position++
    position++
    return position < bytes.length
  }
  if (enter(3)) {
    const flags = bytes[position + 2] ?? 0
    position += 3 + (flags & 0x80 ? 2 : 0)
    if (flags & 0x40) position += 1 + (bytes[position] ?? 0)
    if (flags & 0x20) position += 2
  }
  if (!enter(4)) return null
  const objectType = bytes[position] ?? 0
  position += 13
  const configuration = enter(5) ? bytes.subarray(position, position + 2) : Buffer.alloc(0)
  return { codec: objects[objectType] ?? null, audioObjectType: audioObjectTypeOf(configuration) }
}

function audioObjectTypeOf(configuration: Buffer): number | null {
  const [first, second = 0] = configuration
  if (first === undefined) return null
  const type = first >> 3
  return type === 31 ? 32 + (((first & 7) << 3) | (second >> 5)) : type
}
