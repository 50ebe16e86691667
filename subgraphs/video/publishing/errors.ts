import { BadUserInput, NotFound, RateLimited, TooLarge, UnsupportedMedia } from '../../../platform/runtime/errors.ts'
import type { Unusable } from '../media/open-video.ts'
import type { VideoLimits } from '../storage/limits.ts'

/** Whether an error means that the file itself is not acceptable, so that a retry is pointless. */
export function isFileError(error: unknown): boolean {
  return error instanceof BadUserInput || error instanceof TooLarge || error instanceof UnsupportedMedia
}

export function noSuchUpload(): NotFound {
  return new NotFound({
    en: 'This upload does not exist or has expired. Please start again.',
    zh: '上传不存在或已过期，请重新上传。',
  })
}

export function notUploaded(): NotFound {
  return new NotFound({
    en: 'The video has not been uploaded yet. Upload the file, then publish it.',
    zh: '视频尚未上传，请先上传文件再发布。',
  })
}

export function partsMissing(count: number): NotFound {
  return new NotFound({
    en: `The upload is not complete: ${count} of its parts are missing. Send them, then publish the video.`,
    zh: `视频尚未上传完整，还缺 ${count} 个分片，请补传后再发布。`,
  })
}

export function tooManyUploads({ maxUploadsPerDay }: VideoLimits): RateLimited {
  const messages = {
    en: `You can upload ${maxUploadsPerDay} videos a day. Please try again after midnight UTC.`,
    zh: `每天最多上传 ${maxUploadsPerDay} 个视频，请在北京时间 8:00 之后再试。`,
  }
  return new RateLimited(messages, secondsUntilMidnight())
}

function secondsUntilMidnight(): number {
  const secondsOfDay = 86_400
  return secondsOfDay - ((Date.now() / 1_000) % secondsOfDay)
}

export function otherSize(): BadUserInput {
  return new BadUserInput({
    en: 'The file size differs from the announced size. Please upload it again.',
    zh: '文件大小与声明不符，请重新上传。',
  })
}

export function empty(): BadUserInput {
  return new BadUserInput({ en: 'This file is empty. Please choose another one.', zh: '文件为空，请选择其他文件。' })
}

export function notAVideo(): UnsupportedMedia {
  return new UnsupportedMedia({
    en: 'This file is not a video. Please choose an MP4, MOV, WebM, MKV, AVI, FLV or TS file.',
    zh: '该文件不是视频，请选择 MP4、MOV、WebM、MKV、AVI、FLV 或 TS 文件。',
  })
}

export function damaged(): UnsupportedMedia {
  return new UnsupportedMedia({
    en: 'This video is damaged or incomplete. Please export or upload it again.',
    zh: '视频已损坏或不完整，请重新导出或上传。',
  })
}

export function withoutPicture(): UnsupportedMedia {
  return new UnsupportedMedia({
    en: 'This file has sound but no picture. Please choose a video.',
    zh: '该文件只有声音没有画面，请选择视频文件。',
  })
}

export function encrypted(): UnsupportedMedia {
  return new UnsupportedMedia({
    en: 'This file is encrypted (DRM) and cannot be played. Please choose an unprotected file.',
    zh: '该文件已加密（DRM），无法播放，请选择未受保护的文件。',
  })
}

export function formatNotAccepted(format: string): UnsupportedMedia {
  return new UnsupportedMedia({
    en: `Videos in ${format} format are not supported. Please export the video as MP4 with H.264.`,
    zh: `不支持 ${format} 格式的视频，请导出为 H.264 编码的 MP4。`,
  })
}

export function containerNotAccepted(container: string): UnsupportedMedia {
  return new UnsupportedMedia({
    en: `${container} files are not supported. Please export the video as MP4 with H.264.`,
    zh: `不支持 ${container} 文件，请导出为 H.264 编码的 MP4。`,
  })
}

/** The error for an unusable file. */
export function unusable(why: Unusable, limits: VideoLimits): UnsupportedMedia | TooLarge {
  switch (why.reason) {
    case 'picture too large':
      return pictureTooLarge(limits)
    case 'no picture':
      return withoutPicture()
    case 'encrypted':
      return encrypted()
    case 'unknown format':
      return formatNotAccepted(why.format)
    case 'damaged':
      return damaged()
  }
}

export function tooManyBytes({ maxBytes }: VideoLimits): TooLarge {
  const megabytes = Math.floor((maxBytes / 1024 / 1024) * 10) / 10
  return new TooLarge({
    en: `This file is too large: at most ${megabytes} MB are allowed.`,
    zh: `文件过大，最大 ${megabytes} MB。`,
  })
}

export function tooLong({ maxSeconds }: VideoLimits): TooLarge {
  return new TooLarge({
    en: `This video is too long: at most ${maxSeconds} seconds are allowed.`,
    zh: `视频过长，最长 ${maxSeconds} 秒。`,
  })
}

export function pictureTooLarge({ maxSide }: VideoLimits): TooLarge {
  return new TooLarge({
    en: `The picture of this video is too large: at most ${maxSide} pixels on a side are allowed.`,
    zh: `视频画面过大，边长最多 ${maxSide} 像素。`,
  })
}
