import { takeCover } from '../covers/take-cover.ts'
import type { Ffmpeg, MediaFile } from '../transcoding/ffmpeg.ts'
import type { Picture } from '../transcoding/probe-report.ts'
import type { VideoLimits } from './limits.ts'
import { damaged, notPlayable, pictureTooLarge, tooLong, withoutPicture } from './refusals.ts'

/** What phones and browsers play. */
const playableCodecs = new Set(['h264', 'hevc', 'vp8', 'vp9', 'av1', 'mpeg4'])

/**
 * Looks into a file that somebody wants to publish, and writes its cover.
 *
 * @throws UnsupportedMedia when it is not a video that can be played, TooLarge when it is too long or its picture too big
 */
export async function inspectVideo(
  { ffmpeg, limits }: { readonly ffmpeg: Ffmpeg; readonly limits: VideoLimits },
  file: MediaFile,
  cover: { readonly atMs: number | null; readonly path: string },
): Promise<Picture & { readonly thumbhash: string }> {
  const picture = await ffmpeg.probe(file)
  if (picture === 'damaged') throw damaged()
  if (picture === 'picture too large') throw pictureTooLarge(limits)
  if (!picture) throw withoutPicture()
  if (!playableCodecs.has(picture.codec)) throw notPlayable(picture.codec)
  // Whole seconds: a video cut at the limit is a frame longer than that.
  if (Math.floor(picture.durationMs / 1_000) > limits.maxSeconds) throw tooLong(limits)
  if (Math.max(picture.width, picture.height) > limits.maxSide) throw pictureTooLarge(limits)
  if (picture.durationMs === 0 || picture.isCutOff) throw damaged()
  const thumbhash = await takeCover(ffmpeg, file, picture, cover.atMs, cover.path)
  if (thumbhash === null) throw damaged()
  return { ...picture, thumbhash }
}
