/** A supported codec. */
export interface Codec {
  /** Its common name. */
  readonly name: string
  /** ffmpeg's decoders for it; each build has some of them. */
  readonly decoders: readonly string[]
}

const pcm = ['s16', 's24', 's32', 'u16', 'u24', 'u32', 'f32', 'f64']
  .flatMap((kind) => [`pcm_${kind}le`, `pcm_${kind}be`])
  .concat('pcm_s8', 'pcm_u8', 'pcm_alaw', 'pcm_mulaw')
const adpcm = ['ms', 'ima_wav', 'ima_qt', 'swf', 'yamaha', 'g726', 'g722'].map((kind) => `adpcm_${kind}`)

/** By ffmpeg's codec names. */
export const pictureCodecs: Readonly<Record<string, Codec>> = {
  h264: { name: 'H.264', decoders: ['h264'] },
  hevc: { name: 'H.265', decoders: ['hevc'] },
  vp8: { name: 'VP8', decoders: ['vp8', 'libvpx'] },
  vp9: { name: 'VP9', decoders: ['vp9', 'libvpx-vp9'] },
  av1: { name: 'AV1', decoders: ['libdav1d', 'libaom-av1', 'av1'] },
  mpeg4: { name: 'MPEG-4 Part 2', decoders: ['mpeg4'] },
  h263: { name: 'H.263', decoders: ['h263'] },
  flv1: { name: 'Sorenson H.263', decoders: ['flv'] },
  mpeg2video: { name: 'MPEG-2', decoders: ['mpeg2video'] },
  mpeg1video: { name: 'MPEG-1', decoders: ['mpeg1video'] },
  prores: { name: 'ProRes', decoders: ['prores'] },
  mjpeg: { name: 'Motion JPEG', decoders: ['mjpeg'] },
  theora: { name: 'Theora', decoders: ['theora'] },
  ffv1: { name: 'FFV1', decoders: ['ffv1'] },
}

export const soundCodecs: Readonly<Record<string, Codec>> = {
  aac: { name: 'AAC', decoders: ['aac', 'aac_latm'] },
  mp3: { name: 'MP3', decoders: ['mp3', 'mp3float'] },
  mp2: { name: 'MP2', decoders: ['mp2', 'mp2float', 'mp1', 'mp1float'] },
  opus: { name: 'Opus', decoders: ['opus', 'libopus'] },
  vorbis: { name: 'Vorbis', decoders: ['vorbis', 'libvorbis'] },
  flac: { name: 'FLAC', decoders: ['flac'] },
  alac: { name: 'Apple Lossless', decoders: ['alac'] },
  ac3: { name: 'AC-3', decoders: ['ac3'] },
  eac3: { name: 'E-AC-3', decoders: ['eac3'] },
  dts: { name: 'DTS', decoders: ['dca'] },
  truehd: { name: 'TrueHD', decoders: ['truehd', 'mlp'] },
  amr_nb: { name: 'AMR', decoders: ['amrnb', 'libopencore_amrnb'] },
  amr_wb: { name: 'AMR-WB', decoders: ['amrwb', 'libopencore_amrwb'] },
  pcm: { name: 'PCM', decoders: pcm },
  adpcm: { name: 'ADPCM', decoders: adpcm },
}

/** The codec of a stream from ffmpeg's name, which has one name for each kind of PCM. */
export function soundCodecOf(name: string): string {
  return name.startsWith('pcm_') ? 'pcm' : name.startsWith('adpcm_') ? 'adpcm' : name
}
