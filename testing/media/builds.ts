import { findFfmpeg, findNpmFfmpeg } from '../../embedded/ffmpeg.ts'

/** Programs that turn videos into others. */
export interface Build {
  readonly ffmpegPath: string
  readonly ffprobePath: string
}

/** The builds that are in use in the world, by what they are called in tests; null where there is none on this machine. */
export async function findBuilds(): Promise<[name: string, build: Build | null][]> {
  const { FFMPEG_PATH: ffmpegPath, FFPROBE_PATH: ffprobePath } = process.env
  const installed = await findFfmpeg({ ffmpegPath, ffprobePath, allowEmbedded: false }).catch(() => null)
  return [
    ['the build that npm brings', await findNpmFfmpeg()],
    ['an installed build', installed],
  ]
}
