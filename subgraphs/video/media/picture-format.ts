/** The format of a still picture, recognised by its first bytes. */
export interface PictureFormat {
  /** The ffmpeg demuxer for it. */
  readonly demuxer: 'jpeg_pipe' | 'png_pipe' | 'webp_pipe'
}

/** The format of a picture; null when it is not accepted. */
export function recognizePicture(head: Buffer): PictureFormat | null {
  const text = head.toString('latin1', 0, 12)
  if (text.startsWith('\xff\xd8\xff')) return { demuxer: 'jpeg_pipe' }
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return { demuxer: 'png_pipe' }
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return { demuxer: 'webp_pipe' }
  return null
}

/** Whether a demuxer is for still pictures. */
export function isOfPictures(demuxer: string): boolean {
  return demuxer.endsWith('_pipe')
}
