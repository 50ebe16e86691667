import { S3Error } from './errors.ts'

/** What a condition is held against. */
export interface Validators {
  /** Entity tag without its quotes. */
  readonly etag: string
  /** Milliseconds since the epoch. */
  readonly modified: number
}

/** The four conditional headers, in the order RFC 9110 §13.2.2 evaluates them. */
export interface Conditions {
  readonly ifMatch: string | undefined
  readonly ifUnmodifiedSince: string | undefined
  readonly ifNoneMatch: string | undefined
  readonly ifModifiedSince: string | undefined
}

/** Reads the conditions from headers, e.g. with the prefix `x-amz-copy-source-` those on the source of a copy. */
export function readConditions(header: (name: string) => string | undefined, prefix = ''): Conditions {
  return {
    ifMatch: header(`${prefix}if-match`),
    ifUnmodifiedSince: header(`${prefix}if-unmodified-since`),
    ifNoneMatch: header(`${prefix}if-none-match`),
    ifModifiedSince: header(`${prefix}if-modified-since`),
  }
}

/** `failed` is answered 412, `unchanged` 304 where something is read. */
export function evaluateConditions(conditions: Conditions, object: Validators): 'holds' | 'failed' | 'unchanged' {
  // HTTP dates are whole seconds, so the fraction must not count as a later modification.
  const modified = Math.floor(object.modified / 1000) * 1000
  if (conditions.ifMatch !== undefined) {
    if (!matchesEtag(conditions.ifMatch, object.etag)) return 'failed'
  } else if (modified > dateOf(conditions.ifUnmodifiedSince)) return 'failed'
  if (conditions.ifNoneMatch !== undefined) {
    if (matchesEtag(conditions.ifNoneMatch, object.etag)) return 'unchanged'
  } else if (modified <= dateOf(conditions.ifModifiedSince)) return 'unchanged'
  return 'holds'
}

/** What `If-Match` and `If-None-Match` of a write demand of the object it replaces, as a check that throws. */
export function writeCondition(header: (name: string) => string | undefined): (existing?: Validators) => void {
  const conditions = { ...readConditions(header), ifModifiedSince: undefined, ifUnmodifiedSince: undefined }
  return (existing) => {
    if (!existing && conditions.ifMatch !== undefined) throw new S3Error('NoSuchKey')
    if (existing && evaluateConditions(conditions, existing) !== 'holds') throw new S3Error('PreconditionFailed')
  }
}

/** Whether a `Range` may be honoured: `If-Range` names the version whose other bytes the client already has. */
export function ifRangeHolds(ifRange: string | undefined, object: Validators): boolean {
  if (ifRange === undefined) return true
  if (ifRange.startsWith('"')) return ifRange === `"${object.etag}"`
  return Math.floor(object.modified / 1000) * 1000 === Date.parse(ifRange)
}

/** Clients send entity tags bare as well as quoted; `*` matches whatever exists. */
function matchesEtag(header: string, etag: string): boolean {
  // Taking a long list of others apart is not worth it.
  if (!header.includes(etag) && !header.includes('*')) return false
  return header.split(',').some((candidate) => {
    const tag = candidate
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1')
    return tag === '*' || tag === etag
  })
}

/** NaN, with which every comparison is false, where there is no date or none that can be read. */
function dateOf(header: string | undefined): number {
  return header === undefined ? NaN : Date.parse(header)
}
