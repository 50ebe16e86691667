import { film, fourColours } from '../filming.ts'
import { still, type Kind } from './kind.ts'

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
/** Pictures in other matrices and ranges of colours. */
export const colours: Kind[] = [
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
