import { readFile } from 'node:fs/promises'
import { renamed } from '../boxes.ts'
import { aac, film, fourColours, h264, tone, written } from '../filming.ts'
import { clip, silent, filmedAs, type Kind } from './kind.ts'

const subtitles = '1\n00:00:00,000 --> 00:00:01,000\nhello\n\n'

/** Files with streams beside picture and sound, or without one. */
export const streams: Kind[] = [
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
