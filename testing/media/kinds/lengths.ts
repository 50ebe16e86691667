import { withEdit } from '../boxes.ts'
import { aac, film, fourColours, h264, tone } from '../filming.ts'
import { clip, silent, type Kind } from './kind.ts'

const fragments = ['-movflags', '+frag_keyframe+empty_moov+default_base_moof']
/** Files whose length is not what it seems. */
export const lengths: Kind[] = [
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
