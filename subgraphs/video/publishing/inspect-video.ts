import { open } from 'node:fs/promises'
import { TooLarge, UnsupportedMedia } from '../../../platform/errors.ts'
import { headLength, recognizeContainer, type Container } from '../transcoding/container.ts'
import type { Ffmpeg } from '../transcoding/ffmpeg.ts'
import type { Picture } from '../transcoding/probe-report.ts'

/** What a video may be. */
export interface VideoLimits {
  readonly maxBytes: number
  readonly maxSeconds: number
  /** The longest side of the picture, in pixels. */
  readonly maxSide: number
}

/** A video that may be published. */
export interface AcceptedVideo extends Picture {
  readonly container: Container
}

/** What phones and browsers play. */
const playableCodecs = new Set(['h264', 'hevc', 'vp8', 'vp9', 'av1', 'mpeg4'])

/**
 * Looks into a file that somebody wants to publish, and writes its cover.
 *
 * @throws UnsupportedMedia when it is not a video that can be played, TooLarge when it is too long or its picture too big.
 */
export async function inspectVideo(
  { ffmpeg, limits }: { readonly ffmpeg: Ffmpeg; readonly limits: VideoLimits },
  path: string,
  coverPath: string,
): Promise<AcceptedVideo> {
  const container = recognizeContainer(await readHead(path))
  if (!container) throw notAVideo()
  const file = { path, container }
  const picture = await ffmpeg.probe(file)
  if (picture === 'damaged') throw damaged()
  if (picture === 'picture too large') throw pictureTooLarge(limits)
  if (!picture) throw withoutPicture()
  if (!playableCodecs.has(picture.codec)) throw notPlayable(picture.codec)
  // Whole seconds: a video cut at the limit is a frame longer than that.
  if (Math.floor(picture.durationMs / 1_000) > limits.maxSeconds) throw tooLong(limits)
  if (Math.max(picture.width, picture.height) > limits.maxSide) throw pictureTooLarge(limits)
  if (picture.durationMs === 0 || picture.isCutOff) throw damaged()

  // Many videos begin in black. One that holds a single picture has a frame only at its beginning.
  const atMs = Math.min(1_000, Math.round(picture.durationMs / 10))
  const size = coverSize(picture)
  const taken =
    (await ffmpeg.takeCover(file, { atMs, ...size }, coverPath)) ||
    (await ffmpeg.takeCover(file, { atMs: 0, ...size }, coverPath))
  if (!taken) throw damaged()
  return { ...picture, container }
}

const maxCoverSide = 1_280

function coverSize({ width, height }: Picture): { width: number; height: number } {
  const scale = Math.min(1, maxCoverSide / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const head = Buffer.alloc(headLength)
    const { bytesRead } = await file.read(head, 0, headLength, 0)
    return head.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function notAVideo(): UnsupportedMedia {
  return new UnsupportedMedia({
    en: 'This file is not a video. Choose an MP4, MOV, WebM or MKV file.',
    zh: '该文件不是视频，请选择 MP4、MOV、WebM 或 MKV 文件。',
  })
}

function damaged(): UnsupportedMedia {
  return new UnsupportedMedia({
    en: 'This video is damaged or incomplete. Export or upload it again.',
    zh: '视频已损坏或不完整，请重新导出或上传。',
  })
}

function withoutPicture(): UnsupportedMedia {
  return new UnsupportedMedia({
    en: 'This file has sound but no picture. Choose a video.',
    zh: '该文件只有声音没有画面，请选择视频文件。',
  })
}

function notPlayable(codec: string): UnsupportedMedia {
  return new UnsupportedMedia({
    en: `Phones cannot play video in the format ${codec}. Export it as H.264.`,
    zh: `手机无法播放 ${codec} 格式的视频，请导出为 H.264 格式。`,
  })
}

function tooLong({ maxSeconds }: VideoLimits): TooLarge {
  return new TooLarge({
    en: `This video is too long: at most ${maxSeconds} seconds are allowed.`,
    zh: `视频过长，最长 ${maxSeconds} 秒。`,
  })
}

function pictureTooLarge({ maxSide }: VideoLimits): TooLarge {
  return new TooLarge({
    en: `The picture of this video is too large: at most ${maxSide} pixels on a side are allowed.`,
    zh: `视频画面过大，边长最多 ${maxSide} 像素。`,
  })
}
