import { S3Error } from './errors.ts'

/** The properties of an object that conditions are compared with. */
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

/** Parses the conditional headers; with the prefix `x-amz-copy-source-` those for the source of a copy. */
export function readConditions(header: (name: string) => string | undefined, prefix = ''): Conditions {
  return {
    ifMatch: header(`${prefix}if-match`),
    ifUnmodifiedSince: header(`${prefix}if-unmodified-since`),
    ifNoneMatch: header(`${prefix}if-none-match`),
    ifModifiedSince: header(`${prefix}if-modified-since`),
  }
}

/** `failed` is answered with 412; `unchanged` with 304 for reads. */
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

/** A check of `If-Match` and `If-None-Match` of a write against the object it replaces; it throws when they fail. */
export function writeCondition(header: (name: string) => string | undefined): (existing?: Validators) => void {
  const conditions = { ...readConditions(header), ifModifiedSince: undefined, ifUnmodifiedSince: undefined }
  return (existing) => {
    if (!existing && conditions.ifMatch !== undefined) throw new S3Error('NoSuchKey')
    if (existing && evaluateConditions(conditions, existing) !== 'holds') throw new S3Error('PreconditionFailed')
  }
}

/** Whether a `Range` may be honoured: `If-Range` names the version of which the client already has some bytes. */
export function ifRangeHolds(ifRange: string | undefined, object: Validators): boolean {
  if (ifRange === undefined) return true
  if (ifRange.startsWith('"')) return ifRange === `"${object.etag}"`
  return Math.floor(object.modified / 1000) * 1000 === Date.parse(ifRange)
}

/** Clients send entity tags with or without quotes; `*` matches any existing object. */
function matchesEtag(header: string, etag: string): boolean {
  // A quick check that avoids parsing a long list.
  if (!header.includes(etag) && !header.includes('*')) return false
  return header.split(',').some((candidate) => {
    const tag = candidate
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1')
    return tag === '*' || tag === etag
  })
}

/** NaN when there is no date or an invalid one; every comparison with it is false. */
function dateOf(header: string | undefined): number {
  return header === undefined ? NaN : Date.parse(header)
}
