import { pictureFormat } from '../../../platform/storage/picture-format.ts'

/** The format of a still picture, recognised by its first bytes. */
export interface PictureFormat {
  /** The ffmpeg demuxer for it. */
  readonly demuxer: 'jpeg_pipe' | 'png_pipe' | 'webp_pipe'
}

const demuxers = { jpg: 'jpeg_pipe', png: 'png_pipe', webp: 'webp_pipe' } as const

/** The format of a picture; null when it is not accepted. */
export function recognizePicture(head: Buffer): PictureFormat | null {
  const format = pictureFormat(head)
  return format && { demuxer: demuxers[format.extension] }
}

/** Whether a demuxer is for still pictures. */
export function isOfPictures(demuxer: string): boolean {
  return demuxer.endsWith('_pipe')
}
