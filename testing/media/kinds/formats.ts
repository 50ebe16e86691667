import { replace } from '../../hostile/boxes.ts'
import { changed } from '../boxes.ts'
import { aac, film, h264 } from '../filming.ts'
import { clip, filmedAs, type Kind } from './kind.ts'

/** Formats of sound. */
export const sounds: Kind[] = [
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

/** Formats of pictures. */
export const pictures: Kind[] = [
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
