import { rgbaToThumbHash } from 'thumbhash'

/**
 * What clients show until the cover has loaded: a thumbhash (https://evanw.github.io/thumbhash/) of about 25 bytes, in base64.
 *
 * @param size in pixels, at most 100 on a side.
 * @param rgba the pixels, row by row.
 */
export function placeholderOf(size: { readonly width: number; readonly height: number }, rgba: Buffer): string {
  return Buffer.from(rgbaToThumbHash(size.width, size.height, rgba)).toString('base64')
}
