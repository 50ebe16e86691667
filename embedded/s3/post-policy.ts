import { S3Error } from './errors.ts'

export interface PostPolicy {
  /** Milliseconds since the epoch. */
  readonly expiration: number
  readonly conditions: readonly FieldCondition[]
  /** Minimum size of the file in bytes. */
  readonly minimumLength: number
  readonly maximumLength: number
}

interface FieldCondition {
  readonly operator: 'eq' | 'starts-with'
  /** In lower case. */
  readonly field: string
  readonly value: string
}

/** Fields that need no condition (S3 API, "POST Policy"). */
const unconditional = new Set(['policy', 'x-amz-signature', 'file'])

/** Parses the base64 policy document of a browser's upload. Throws `InvalidPolicyDocument`. */
export function parsePostPolicy(base64: string): PostPolicy {
  const document = readJson(base64)
  const expiration = typeof document.expiration === 'string' ? Date.parse(document.expiration) : NaN
  if (Number.isNaN(expiration)) throw invalid('it has no valid expiration')
  if (!Array.isArray(document.conditions)) throw invalid('it has no conditions')
  const conditions: FieldCondition[] = []
  let minimumLength = 0
  let maximumLength = Infinity
  for (const condition of document.conditions as unknown[]) {
    if (!Array.isArray(condition)) {
      conditions.push(...parseExactMatches(condition))
      continue
    }
    const [operator, first, second] = condition as unknown[]
    if (operator === 'content-length-range') {
      minimumLength = Math.max(minimumLength, readLength(first))
      maximumLength = Math.min(maximumLength, readLength(second))
    } else conditions.push(parseFieldCondition(operator, first, second))
  }
  return { expiration, conditions, minimumLength, maximumLength }
}

/** Throws `AccessDenied` when the policy has expired, a condition is not met, or a field has no condition. */
export function checkPostPolicy(policy: PostPolicy, fields: ReadonlyMap<string, string>, now: number): void {
  if (now > policy.expiration) throw denied('Policy expired.')
  for (const { operator, field, value } of policy.conditions) {
    const given = fields.get(field) ?? ''
    if (operator === 'eq' ? given !== value : !given.startsWith(value))
      throw denied(`Policy Condition failed: ["${operator}", "$${field}", "${value}"]`)
  }
  const conditional = new Set(policy.conditions.map(({ field }) => field))
  for (const field of fields.keys()) {
    if (!conditional.has(field) && !unconditional.has(field) && !field.startsWith('x-ignore-'))
      throw denied(`Extra input fields: ${field}`)
  }
}

function parseExactMatches(condition: unknown): FieldCondition[] {
  if (typeof condition !== 'object' || condition === null) throw invalid('a condition is neither a list nor an object')
  return Object.entries(condition).map(([field, value]) => parseFieldCondition('eq', `$${field}`, value))
}

function parseFieldCondition(operator: unknown, field: unknown, value: unknown): FieldCondition {
  if (operator !== 'eq' && operator !== 'starts-with')
    throw invalid(`it contains the unknown condition ${String(operator)}`)
  if (typeof field !== 'string' || !field.startsWith('$')) throw invalid('a condition names no field')
  if (typeof value !== 'string' && typeof value !== 'number') throw invalid('a condition has no value')
  return { operator, field: field.slice(1).toLowerCase(), value: String(value) }
}

function readLength(value: unknown): number {
  const length = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN
  if (!Number.isSafeInteger(length) || length < 0) throw invalid('a content-length-range is not two lengths')
  return length
}

function readJson(base64: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // The error is thrown below.
  }
  throw invalid('it is not base64-encoded JSON')
}

function invalid(why: string): S3Error {
  return new S3Error('InvalidPolicyDocument', `The policy is not valid: ${why}.`)
}

function denied(why: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${why}`)
}
