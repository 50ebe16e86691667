import { rgbaToThumbHash } from 'thumbhash'

/**
 * What a client paints until the cover has arrived: a thumbhash (https://evanw.github.io/thumbhash/) of some 25 bytes, in
 * base64.
 *
 * @param size in pixels, at most 100 on a side.
 * @param rgba the pixels, row by row.
 */
export function placeholderOf(size: { readonly width: number; readonly height: number }, rgba: Buffer): string {
  return Buffer.from(rgbaToThumbHash(size.width, size.height, rgba)).toString('base64')
}
