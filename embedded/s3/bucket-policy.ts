import { S3Error } from './errors.ts'

export interface BucketPolicy {
  /** The document as it was uploaded. */
  readonly text: string
  /** Whether a caller without credentials may do `action` to the ARN `resource`; an explicit Deny overrides any Allow. */
  readonly allows: (action: string, resource: string) => boolean
}

interface Statement {
  readonly allow: boolean
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

const understood = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource'])

/**
 * Parses a bucket policy (IAM JSON, version 2012-10-17). Throws `MalformedPolicy`, also for unsupported elements such as
 * `Condition`: ignoring them would grant more than intended.
 */
export function parseBucketPolicy(text: string, bucket: string): BucketPolicy {
  const statements = listOf(readJson(text).Statement).map((statement) => parseStatement(statement, bucket))
  if (statements.length === 0) throw new S3Error('MalformedPolicy', 'The policy has no statement.')
  return {
    text,
    allows(action, resource) {
      const matching = statements.filter(
        ({ actions, resources }) =>
          actions.some((pattern) => isLike(action, pattern)) && resources.some((pattern) => isLike(resource, pattern)),
      )
      return matching.length > 0 && matching.every(({ allow }) => allow)
    },
  }
}

function parseStatement(statement: unknown, bucket: string): Statement {
  if (!isObject(statement)) throw new S3Error('MalformedPolicy', 'A statement is not an object.')
  const foreign = Object.keys(statement).find((name) => !understood.has(name))
  if (foreign !== undefined) throw new S3Error('MalformedPolicy', `This server does not support "${foreign}".`)
  const { Effect: effect, Principal: principal, Action: action, Resource: resource } = statement
  if (effect !== 'Allow' && effect !== 'Deny') throw new S3Error('MalformedPolicy', 'Effect must be Allow or Deny.')
  if (!isEverybody(principal)) throw new S3Error('MalformedPolicy', 'The only supported principal is "*".')
  const actions = listOf(action)
  const resources = listOf(resource)
  const arn = `arn:aws:s3:::${bucket}`
  if (!isStrings(actions) || !isStrings(resources)) throw new S3Error('MalformedPolicy')
  if (!actions.every((name) => name === '*' || name.startsWith('s3:')))
    throw new S3Error('MalformedPolicy', 'An action does not start with "s3:".')
  if (!resources.every((name) => name === arn || name === `${arn}*` || name.startsWith(`${arn}/`)))
    throw new S3Error('MalformedPolicy', `A resource does not belong to ${arn}.`)
  return { allow: effect === 'Allow', actions, resources }
}

function isEverybody(principal: unknown): boolean {
  if (principal === '*') return true
  return isObject(principal) && Object.keys(principal).length === 1 && listOf(principal.AWS).join() === '*'
}

/**
 * Whether a text matches a pattern in which `*` stands for any text and `?` for any one character. A regular expression with
 * several `.*` would backtrack through all ways to split a long text.
 */
function isLike(text: string, pattern: string): boolean {
  let [at, wanted] = [0, 0]
  /** The position of the last star, and the end of the text it matches. */
  let [star, covered] = [-1, 0]
  while (at < text.length) {
    const next = pattern[wanted]
    if (next === '*') {
      star = wanted++
      covered = at
    } else if (next === '?' || (next !== undefined && next === text[at])) {
      wanted++
      at++
    } else if (star >= 0) {
      wanted = star + 1
      at = ++covered
    } else return false
  }
  while (pattern[wanted] === '*') wanted++
  return wanted === pattern.length
}

function readJson(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new S3Error('MalformedPolicy', 'The policy is not valid JSON.')
  }
  if (!isObject(value)) throw new S3Error('MalformedPolicy')
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStrings(values: readonly unknown[]): values is readonly string[] {
  return values.length > 0 && values.every((value) => typeof value === 'string')
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as unknown[]) : [value]
}
