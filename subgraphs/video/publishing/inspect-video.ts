import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { takeCover } from '../covers/take-cover.ts'
import type { Container } from '../media/container.ts'
import type { Ffmpeg } from '../media/ffmpeg.ts'
import { openVideo, withoutSound, type OpenVideo, type Unusable } from '../media/open-video.ts'
import type { Picture } from '../media/probe-report.ts'
import type { VideoLimits } from '../storage/limits.ts'
import { damaged, pictureTooLarge, tooLong, unusable } from './errors.ts'

/** The properties of a video that may be published. */
export interface Inspection extends Picture {
  readonly thumbhash: string
  /** The format of sound that cannot be used; null when none is lost. */
  readonly lostSound: string | null
}

/**
 * Inspects a file to be published, and writes its cover. Some of the picture and sound is decoded, so that no file is accepted
 * that cannot be transcoded.
 *
 * @throws UnsupportedMedia when it is not a decodable video, TooLarge when it is too long or its picture too large
 */
export async function inspectVideo(
  { ffmpeg, limits }: { readonly ffmpeg: Ffmpeg; readonly limits: VideoLimits },
  { path, container }: { readonly path: string; readonly container: Container },
  cover: { readonly atMs: number | null; readonly path: string },
): Promise<Inspection> {
  let video = usable(await openVideo(ffmpeg, path, container), limits)
  for (;;) {
    const { picture, selection } = video
    const soundPath = picture.hasSound ? join(dirname(path), 'sound') : null
    const thumbhash = await takeCover(ffmpeg, selection.file, picture, { ...cover, soundPath })
    const isHeard =
      soundPath === null ||
      (thumbhash !== null && (await sizeOf(soundPath)) > 0) ||
      (await ffmpeg.hears(selection.file))
    if (thumbhash !== null && isHeard) return { ...picture, thumbhash, lostSound: selection.file.tracks.lostSound }
    // Without a frame, the sound may be the cause: a program ends when it cannot open one of its decoders.
    if (soundPath === null || (isHeard && thumbhash === null)) throw damaged()
    video = usable(await withoutSound(ffmpeg, video, 'not decodable'), limits)
  }
}

function usable(video: OpenVideo | Unusable, limits: VideoLimits): OpenVideo {
  if ('reason' in video) throw unusable(video, limits)
  const { durationMs, width, height, isCutOff } = video.picture
  // Whole seconds, because a video cut at the limit is a frame longer.
  if (Math.floor(durationMs / 1_000) > limits.maxSeconds) throw tooLong(limits)
  if (Math.max(width, height) > limits.maxSide) throw pictureTooLarge(limits)
  if (durationMs === 0 || isCutOff) throw damaged()
  return video
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
