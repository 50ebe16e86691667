import { TooLarge, UnsupportedMedia } from '../../../platform/runtime/errors.ts'

export function notAPicture(): UnsupportedMedia {
  return new UnsupportedMedia({
    en: 'This file is not a picture. Choose a JPEG, PNG or WebP file.',
    zh: '该文件不是图片，请选择 JPEG、PNG 或 WebP 文件。',
  })
}

export function pictureTooManyBytes(maxBytes: number): TooLarge {
  const megabytes = Math.floor(maxBytes / 1024 / 1024)
  return new TooLarge({
    en: `This picture is too large: at most ${megabytes} MB are allowed.`,
    zh: `图片过大，最大 ${megabytes} MB。`,
  })
}
