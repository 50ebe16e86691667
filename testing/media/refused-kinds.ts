import { readFile } from 'node:fs/promises'
import { encrypted, renamed } from './boxes.ts'
import { aac, film, h264, written } from './filming.ts'
import { clip } from './kinds/kind.ts'

/** Files that are rejected, and why. */
export const refusedKinds: readonly {
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
