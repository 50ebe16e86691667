/** A picture format that all browsers and Android support. */
export interface PictureFormat {
  readonly extension: 'png' | 'jpg' | 'webp'
  readonly contentType: string
}

/** How many bytes of a file identify its format. */
export const signatureBytes = 12

/** The format of a file by its first bytes (https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm). */
export function pictureFormat(start: Buffer): PictureFormat | null {
  const text = start.toString('latin1')
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return { extension: 'png', contentType: 'image/png' }
  if (text.startsWith('\xff\xd8\xff')) return { extension: 'jpg', contentType: 'image/jpeg' }
  if (/^RIFF[^]{4}WEBP/.test(text)) return { extension: 'webp', contentType: 'image/webp' }
  return null
}
