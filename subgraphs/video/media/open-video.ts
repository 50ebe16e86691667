import type { NoPicture } from './choose-tracks.ts'
import { matroska, type Container } from './container.ts'
import type { Ffmpeg } from './ffmpeg.ts'
import type { Picture } from './probe-report.ts'
import { selectTracks, type Selection } from './select-tracks.ts'

/** A video whose streams are chosen and analysed. */
export interface OpenVideo {
  readonly selection: Selection
  readonly picture: Picture
}

/** Why a file is not a usable video. */
export type Unusable = NoPicture | { readonly reason: 'picture too large' }

/**
 * Chooses the streams of a file and analyses them. This changes the file; if its header cannot be parsed here, it is remuxed
 * into another file next to it.
 */
export async function openVideo(ffmpeg: Ffmpeg, path: string, container: Container): Promise<OpenVideo | Unusable> {
  const packed = `${path}.packed`
  const isReadable = container.demuxer === 'mov' || container.demuxer === 'matroska'
  if (!isReadable && !(await ffmpeg.repack({ path, container }, packed))) return { reason: 'damaged' }
  const selection = await (isReadable ? selectTracks(path, container) : selectTracks(packed, matroska))
  return 'reason' in selection ? selection : look(ffmpeg, selection)
}

/** The same video without the chosen sound, with another sound stream if there is one. */
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
