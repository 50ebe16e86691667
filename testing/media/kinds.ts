import { readFile } from 'node:fs/promises'
import { replace } from '../hostile/boxes.ts'
import { changed, encrypted, renamed, withEdit, withMatrix } from './boxes.ts'
import { aac, film, fourColours, h264, tone, written } from './filming.ts'
import { withProjection } from './projection.ts'

/** A kind of file that users have, and the expected result. Omitted properties have the usual values. */
export interface Kind {
  readonly name: string
  readonly make: () => Promise<string>
  /** By the first letters of its four quarters. Default RGBY. */
  readonly colours?: string
  /** Default 64 by 96. */
  readonly width?: number
  readonly height?: number
  /** Default 0.5. */
  readonly seconds?: number
  /** The pitch of its sound in Hz; null when it is silent. Default 440. */
  readonly pitch?: number | null
  /** The notice for its author. */
  readonly notice?: RegExp
  /** The colour matrix and range. */
  readonly colour?: string
  /** Whether all builds treat it alike, so that one of them is sufficient. Default false. */
  readonly isAlike?: boolean
}

const clip = [...fourColours(0.5), ...tone(0.5)]
const silent = { pitch: null }
const subtitles = '1\n00:00:00,000 --> 00:00:01,000\nhello\n\n'

const filmedAs = (name: string, suffix: string, ...codecs: readonly string[]): Kind => ({
  name,
  make: () => film(suffix, ...clip, ...codecs),
})

const streams: Kind[] = [
  {
    name: 'three formats of subtitles and a cover in BMP, in Matroska',
    async make() {
      const cover = await film('bmp', '-f', 'lavfi', '-i', 'color=red:size=32x32', '-frames:v', '1')
      const texts = await written('srt', subtitles)
      const attach = ['-attach', cover, '-metadata:s:t', 'mimetype=image/bmp', '-metadata:s:t', 'filename=cover.bmp']
      const maps = ['-i', texts, ...['0:v', '1:a', '2:s', '2:s', '2:s'].flatMap((map) => ['-map', map])]
      return film(
        'mkv',
        ...clip,
        ...maps,
        ...h264,
        ...aac,
        '-c:s:0',
        'srt',
        '-c:s:1',
        'ass',
        '-c:s:2',
        'ssa',
        ...attach,
      )
    },
  },
  {
    name: 'subtitles and a cover, in MP4',
    async make() {
      const cover = await film('png', '-f', 'lavfi', '-i', 'color=red:size=32x32', '-frames:v', '1')
      const texts = await written('srt', subtitles)
      const inputs = ['-i', texts, '-i', cover, '-map', '0', '-map', '1', '-map', '2', '-map', '3']
      const codecs = [...h264, '-c:v:1', 'png', '-disposition:v:1', 'attached_pic', ...aac, '-c:s', 'mov_text']
      return film('mp4', ...clip, ...inputs, ...codecs)
    },
  },
  filmedAs('a track of time codes', 'mov', ...h264, ...aac, '-timecode', '00:00:00:00'),
  {
    name: 'sound of an unknown format before sound that can be decoded',
    make: () =>
      film(
        ...(['mkv', ...clip, ...tone(0.5, 880), '-map', '0', '-map', '1', '-map', '2'] as const),
        ...[...h264, '-c:a:0', 'wmav2', '-c:a:1', 'aac'],
      ),
    pitch: 880,
  },
  {
    name: 'silence before the sound that is the default',
    make: () =>
      film(
        ...(['mkv', ...fourColours(0.5), '-f', 'lavfi', '-t', '0.5', '-i', 'anullsrc=r=48000:cl=stereo'] as const),
        ...[...tone(0.5, 880), '-map', '0', '-map', '1', '-map', '2', ...h264, ...aac],
        ...['-disposition:a:0', '0', '-disposition:a:1', 'default'],
      ),
    pitch: 880,
  },
  { ...filmedAs('nothing but sound that nobody decodes', 'mkv', ...h264, '-c:a', 'tta'), ...silent, notice: /TTA/ },
  {
    name: 'sound without a description',
    make: async () => renamed(await film('mp4', ...clip, ...h264, ...aac), 'mp4a', '????'),
    ...{ pitch: null, notice: /\?\?\?\?/ },
  },
  {
    name: 'a broken box of nothing before its tables',
    async make() {
      const bytes = await readFile(await film('mp4', ...clip, ...h264, ...aac))
      const at = bytes.indexOf('moov', 0, 'latin1') - 4
      const broken = Buffer.from('\x7f\xff\xff\xfffree....', 'latin1')
      return written('mp4', Buffer.concat([bytes.subarray(0, at), broken, bytes.subarray(at)]))
    },
  },
  {
    name: 'sound without samples',
    make: () => film('mp4', ...fourColours(0.5), ...tone(0.5), ...h264, ...aac, '-frames:a', '0'),
    pitch: null,
  },
]

const sounds: Kind[] = [
  ['PCM of 24 bits', 'mov', 'pcm_s24le'],
  ['PCM of 32 bits', 'mkv', 'pcm_s32le'],
  ['PCM of 8 bits', 'mov', 'pcm_u8'],
  ['PCM in floats', 'mov', 'pcm_f32le'],
  ['A-law', 'mov', 'pcm_alaw'],
  ['µ-law', 'mkv', 'pcm_mulaw'],
  ['ADPCM', 'mov', 'adpcm_ima_qt'],
  ['MP2', 'mkv', 'mp2'],
  ['E-AC-3', 'mp4', 'eac3'],
  ['DTS', 'mkv', 'dca'],
  ['TrueHD', 'mkv', 'truehd'],
  ['FLAC', 'mp4', 'flac'],
].map(([name = '', suffix = '', codec = '']) => ({
  ...filmedAs(`sound in ${name}`, suffix, ...h264, '-c:a', codec),
  isAlike: true,
}))

/** PCM as described by MP4: a box `pcmC` with byte order and bit depth (ISO/IEC 23003-5). */
sounds.push({
  name: 'sound in PCM of 24 bits, in MP4',
  async make() {
    const film24 = await film('mov', ...clip, ...h264, '-c:a', 'pcm_s24be')
    return changed(film24, (boxes) =>
      replace(boxes, 'stsd', (description) => {
        const entry = description.subarray(8)
        if (!entry.includes('in24')) return description
        const configuration = Buffer.from('\0\0\0\x0epcmC\0\0\0\0\0\x18', 'latin1')
        const renamedEntry = Buffer.concat([entry, configuration])
        renamedEntry.writeUInt32BE(renamedEntry.length)
        renamedEntry.write('ipcm', 4, 'latin1')
        return Buffer.concat([description.subarray(0, 8), renamedEntry])
      }),
    )
  },
})

const pictures: Kind[] = [
  {
    ...filmedAs('3GP with H.263', '3gp', '-vf', 'scale=128:96,setsar=1', '-c:v', 'h263', ...aac),
    width: 128,
  },
  filmedAs('MPEG-2 in a transport stream', 'ts', '-r', '25', '-c:v', 'mpeg2video', '-c:a', 'mp2'),
  filmedAs('H.264 in a transport stream', 'ts', ...h264, ...aac),
  filmedAs('MPEG-4 Part 2 in AVI', 'avi', '-c:v', 'mpeg4', '-c:a', 'mp3'),
  filmedAs('Motion JPEG in AVI', 'avi', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj422p', '-c:a', 'pcm_u8'),
  filmedAs('H.264 in FLV', 'flv', ...h264, ...aac, '-ar', '44100'),
  filmedAs('Sorenson H.263 in FLV', 'flv', '-c:v', 'flv1', '-c:a', 'mp3', '-ar', '44100'),
  filmedAs('Motion JPEG in QuickTime', 'mov', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', ...aac),
  filmedAs('ProRes', 'mov', '-c:v', 'prores', '-c:a', 'pcm_s24le'),
  filmedAs('Theora', 'mkv', '-c:v', 'libtheora', '-c:a', 'libvorbis'),
  filmedAs('FFV1', 'mkv', '-c:v', 'ffv1', '-c:a', 'flac'),
]

const still = () => film('mp4', ...fourColours(0.5), ...h264)
const turned = (
  name: string,
  matrix: readonly number[],
  colours: string,
  isOnItsSide = false,
  isAlike = true,
): Kind => ({
  ...{ name: `a picture ${name}`, colours, pitch: null, isAlike, make: async () => withMatrix(await still(), matrix) },
  ...(isOnItsSide && { width: 96, height: 64 }),
})
const matroska = async () => film('mkv', ...fourColours(0.5), ...h264)

const turns: Kind[] = [
  turned('turned to the right', [0, 1, -1, 0], 'BRYG', true),
  turned('turned to the left', [0, -1, 1, 0], 'GYRB', true),
  turned('upside down', [-1, 0, 0, -1], 'YBGR'),
  turned('mirrored', [-1, 0, 0, 1], 'GRYB', false, false),
  turned('mirrored top to bottom', [1, 0, 0, -1], 'BYRG'),
  turned('mirrored and turned to the right', [0, 1, 1, 0], 'RBGY', true, false),
  turned('mirrored and turned to the left', [0, -1, -1, 0], 'YGBR', true),
  turned('turned by an eighth', [Math.SQRT1_2, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT1_2], 'RGBY'),
  {
    name: 'wide pixels, turned',
    make: async () => withMatrix(await film('mp4', ...fourColours(0.5), '-vf', 'setsar=4/3', ...h264), [0, 1, -1, 0]),
    ...{ colours: 'BRYG', width: 72, height: 64, pitch: null },
  },
  {
    name: 'Matroska turned to the right',
    make: async () => withProjection(await matroska(), -90),
    ...{ colours: 'BRYG', width: 96, height: 64, pitch: null },
  },
  {
    name: 'Matroska mirrored',
    make: async () => withProjection(await matroska(), 0, 180),
    ...{ colours: 'GRYB', pitch: null },
  },
]

const fragments = ['-movflags', '+frag_keyframe+empty_moov+default_base_moof']
const lengths: Kind[] = [
  { name: 'one frame of a second', make: () => film('mp4', ...fourColours(1, '1'), ...h264), seconds: 1, ...silent },
  {
    name: 'two frames in four seconds',
    make: () => film('mp4', ...fourColours(4, '1/2'), ...h264),
    seconds: 4,
    ...silent,
  },
  {
    name: 'a still picture with sound',
    make: () => film('mp4', ...fourColours(0.1), ...tone(4), ...h264, ...aac),
    seconds: 4,
  },
  {
    name: 'a picture with a gap of three seconds',
    make: () => film('mkv', ...fourColours(4), '-vf', "select='lt(t,0.5)+gt(t,3.4)'", '-vsync', 'vfr', ...h264),
    ...{ seconds: 4, pitch: null },
  },
  {
    name: 'sound longer than its picture',
    make: () => film('mp4', ...fourColours(0.5), ...tone(3), ...h264, ...aac),
    seconds: 3,
  },
  {
    name: 'interlaced pictures',
    make: () => film('mov', ...clip, '-c:v', 'mpeg2video', '-r', '25', '-flags', '+ildct+ilme', '-top', '1', ...aac),
  },
  {
    name: 'sound shorter than its picture',
    make: () => film('mp4', ...fourColours(3), ...tone(0.5), ...h264, ...aac),
    seconds: 3,
  },
  {
    name: 'a clip that was trimmed on the phone',
    async make() {
      const source = [...fourColours(4), ...tone(4)]
      // Another colour before the edit, which must not be visible.
      const whole = await film('mp4', ...source, '-vf', "hue=h='if(lt(t,2.4),180,0)'", ...h264, '-bf', '2', ...aac)
      return withEdit(whole, 2.5, 1)
    },
    seconds: 1,
  },
  {
    name: 'timestamps from ten seconds on',
    make: () => film('mkv', ...clip, ...h264, ...aac, '-output_ts_offset', '10'),
  },
  {
    name: 'fragments that begin late',
    make: () => film('mp4', ...clip, ...h264, ...aac, '-output_ts_offset', '10', ...fragments),
  },
]

const told = (range: string): string[] => [
  ...['-vf', `scale=out_color_matrix=bt709:out_range=${range},format=yuv420p`],
  ...[
    '-c:v',
    'libx264',
    '-color_range',
    range,
    '-colorspace',
    'bt709',
    '-color_primaries',
    'bt709',
    '-color_trc',
    'bt709',
  ],
]
const colours: Kind[] = [
  {
    name: 'the full range of BT.709',
    make: () => film('mp4', ...fourColours(0.5), ...told('pc')),
    ...{ pitch: null, colour: 'bt709 tv' },
  },
  {
    name: 'the range of television in BT.709',
    make: () => film('mov', ...fourColours(0.5), ...told('tv'), '-movflags', 'write_colr'),
    ...{ pitch: null, colour: 'bt709 tv' },
  },
  { name: 'colours of which nothing is told', make: still, pitch: null, colour: 'smpte170m tv' },
  {
    name: 'a transparent half',
    make: () => {
      const half = "format=yuva420p,geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='if(lt(Y,48),255,0)'"
      return film('webm', ...fourColours(0.5), '-vf', half, '-c:v', 'libvpx-vp9', '-deadline', 'realtime')
    },
    ...{ pitch: null, colours: 'RGWW' },
  },
]

/** Files that are accepted, each of another kind. */
export const kinds: readonly Kind[] = [...streams, ...sounds, ...pictures, ...turns, ...lengths, ...colours]

/** Files that are rejected, and why. */
export const refused: readonly {
  readonly name: string
  readonly make: () => Promise<string>
  readonly reason: RegExp
}[] = [
  ...['cenc', 'cbcs'].map((scheme) => ({
    name: `a picture that is encrypted by the scheme ${scheme}`,
    make: async () => encrypted(await film('mp4', ...clip, ...h264, ...aac), scheme),
    reason: /encrypted \(DRM\)/,
  })),
  {
    name: 'a picture without a description',
    make: async () => renamed(await film('mp4', ...clip, ...h264, ...aac), 'avc1', '????'),
    reason: /\?\?\?\? format are not supported/,
  },
  {
    name: 'Windows Media',
    make: () => film('wmv', ...clip, '-c:v', 'wmv2', '-c:a', 'wmav2'),
    reason: /^Windows Media files are/,
  },
  { name: 'Ogg', make: () => film('ogv', ...clip, '-c:v', 'libtheora', '-c:a', 'libvorbis'), reason: /^Ogg files are/ },
  {
    name: 'a picture that is cut into',
    make: async () => {
      const bytes = await readFile(await film('mp4', ...clip, ...h264, ...aac, '-movflags', '+faststart'))
      return written('mp4', bytes.subarray(0, bytes.length - 400 - Math.floor(bytes.length / 3)))
    },
    reason: /damaged or incomplete/,
  },
]
