import { findFfmpeg, findNpmFfmpeg } from '../../embedded/ffmpeg.ts'

/** An ffmpeg and ffprobe. */
export interface Build {
  readonly ffmpegPath: string
  readonly ffprobePath: string
}

/** The builds that are in common use, by their names in tests; null where one is missing on this machine. */
export async function findBuilds(): Promise<[name: string, build: Build | null][]> {
  const { FFMPEG_PATH: ffmpegPath, FFPROBE_PATH: ffprobePath } = process.env
  const installed = await findFfmpeg({ ffmpegPath, ffprobePath, allowEmbedded: false }).catch(() => null)
  return [
    ['the build that npm brings', await findNpmFfmpeg()],
    ['an installed build', installed],
  ]
}
