import { S3Error } from './errors.ts'

/** A range of bytes; both ends are inclusive. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * The bytes that a `Range` header requests of a total of `size`. `undefined` means all of them: there is no header, or RFC 9110
 * §14.2 lets a server ignore it, as S3 ignores several ranges in one header. Throws `InvalidRange` when none of the bytes
 * exist.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start > end) throw new S3Error('InvalidRange', undefined, { 'Content-Range': `bytes */${size}` })
  return { start, end }
}
