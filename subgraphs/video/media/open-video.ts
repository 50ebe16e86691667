import type { NoPicture } from './choose-tracks.ts'
import { matroska, type Container } from './container.ts'
import type { Ffmpeg } from './ffmpeg.ts'
import type { Picture } from './probe-report.ts'
import { selectTracks, type Selection } from './select-tracks.ts'

/** A video whose streams are chosen and looked into. */
export interface OpenVideo {
  readonly selection: Selection
  readonly picture: Picture
}

/** Why a file is no video that can be used. */
export type Unusable = NoPicture | { readonly reason: 'picture too large' }

/**
 * Chooses the streams of a file, and looks into them. The file is changed by it; one whose header is not read here is packed
 * into another one beside it.
 */
export async function openVideo(ffmpeg: Ffmpeg, path: string, container: Container): Promise<OpenVideo | Unusable> {
  const packed = `${path}.packed`
  const isReadable = container.demuxer === 'mov' || container.demuxer === 'matroska'
  if (!isReadable && !(await ffmpeg.repack({ path, container }, packed))) return { reason: 'damaged' }
  const selection = await (isReadable ? selectTracks(path, container) : selectTracks(packed, matroska))
  return 'reason' in selection ? selection : look(ffmpeg, selection)
}

/** The same video without the sound that was chosen, with another one if there is one. */
export async function withoutSound(
  ffmpeg: Ffmpeg,
  { selection }: OpenVideo,
  reason: 'empty' | 'not decodable',
): Promise<OpenVideo | Unusable> {
  return look(ffmpeg, await selection.withoutSound(reason))
}

async function look(ffmpeg: Ffmpeg, selection: Selection): Promise<OpenVideo | Unusable> {
  const picture = await ffmpeg.probe(selection.file)
  if (picture === 'picture too large') return { reason: picture }
  if (picture === null || picture === 'damaged') return { reason: 'damaged' }
  const video = { selection, picture }
  return selection.file.tracks.sound && !picture.hasSound ? withoutSound(ffmpeg, video, 'empty') : video
}
