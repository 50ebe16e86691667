import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { takeCover } from '../covers/take-cover.ts'
import type { Container } from '../media/container.ts'
import type { Ffmpeg } from '../media/ffmpeg.ts'
import { openVideo, withoutSound, type OpenVideo, type Unusable } from '../media/open-video.ts'
import type { Picture } from '../media/probe-report.ts'
import type { VideoLimits } from '../storage/limits.ts'
import { damaged, pictureTooLarge, tooLong, unusable } from './refusals.ts'

/** What is known of a video that may be published. */
export interface Inspection extends Picture {
  readonly thumbhash: string
  /** The format of the sound that had to be left out; null when nothing is lost. */
  readonly lostSound: string | null
}

/**
 * Looks into a file that somebody wants to publish, and writes its cover. Some of its picture and its sound is decoded, so
 * that no file is accepted of which nothing can be made.
 *
 * @throws UnsupportedMedia when it is not a video that can be decoded, TooLarge when it is too long or its picture too big
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
    // Without a frame it can be the sound that was in the way: a program ends when it cannot open one of its decoders.
    if (soundPath === null || (isHeard && thumbhash === null)) throw damaged()
    video = usable(await withoutSound(ffmpeg, video, 'not decodable'), limits)
  }
}

function usable(video: OpenVideo | Unusable, limits: VideoLimits): OpenVideo {
  if ('reason' in video) throw unusable(video, limits)
  const { durationMs, width, height, isCutOff } = video.picture
  // Whole seconds: a video cut at the limit is a frame longer than that.
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
