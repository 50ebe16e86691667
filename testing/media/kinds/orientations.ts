import { withMatrix } from '../boxes.ts'
import { film, fourColours, h264 } from '../filming.ts'
import { withProjection } from '../projection.ts'
import { still, type Kind } from './kind.ts'

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

/** Pictures that players turn or mirror. */
export const orientations: Kind[] = [
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
