import { pictureFormat } from '../../../platform/storage/picture-format.ts'

/** The format of a still picture, as its first bytes tell. */
export interface PictureFormat {
  /** The ffmpeg demuxer that reads it. */
  readonly demuxer: 'jpeg_pipe' | 'png_pipe' | 'webp_pipe'
}

const demuxers = { jpg: 'jpeg_pipe', png: 'png_pipe', webp: 'webp_pipe' } as const

/** The format of a picture; null when it is none of those that are accepted. */
export function recognizePicture(head: Buffer): PictureFormat | null {
  const format = pictureFormat(head)
  return format && { demuxer: demuxers[format.extension] }
}

/** Whether a demuxer is one of still pictures. */
export function isOfPictures(demuxer: string): boolean {
  return demuxer.endsWith('_pipe')
}
