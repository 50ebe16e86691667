import { describe, expect, it } from 'vitest'
import { checkPostPolicy, parsePostPolicy } from './post-policy.ts'

const now = Date.UTC(2026, 0, 1)

function parse(conditions: unknown, expiration: unknown = '2026-01-01T00:01:00.000Z') {
  return parsePostPolicy(Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64'))
}

function check(conditions: unknown, fields: Record<string, string>, at = now) {
  checkPostPolicy(parse(conditions), new Map(Object.entries(fields)), at)
}

describe('a POST policy', () => {
  it('accepts fields that meet every condition', () => {
    const conditions = [{ bucket: 'videos' }, ['starts-with', '$key', 'alice/'], ['eq', '$Content-Type', 'video/mp4']]
    const fields = {
      bucket: 'videos',
      key: 'alice/1.mp4',
      'content-type': 'video/mp4',
      policy: 'p',
      'x-amz-signature': 's',
    }
    expect(() => check(conditions, { ...fields, 'x-ignore-me': '1' })).not.toThrow()
    for (const field of ['bucket', 'key', 'content-type']) {
      const changed = { ...fields, [field]: `not ${fields[field as keyof typeof fields]}` }
      expect(() => check(conditions, changed), field).toThrow(expect.objectContaining({ code: 'AccessDenied' }))
    }
  })

  it.each([
    ['another value', [['eq', '$key', 'a']], { key: 'b' }],
    ['another prefix', [['starts-with', '$key', 'alice/']], { key: 'bob/alice/' }],
    ['a field that is missing', [{ key: 'a' }, { acl: 'private' }], { key: 'a' }],
    ['a field nothing was said about', [{ key: 'a' }], { key: 'a', 'content-type': 'text/html' }],
  ])('refuses %s', (_what, conditions, fields) => {
    expect(() => check(conditions, fields)).toThrow(expect.objectContaining({ code: 'AccessDenied' }))
  })

  it('refuses everything once it has expired', () => {
    expect(() => check([{ key: 'a' }], { key: 'a' }, now + 59_000)).not.toThrow()
    expect(() => check([{ key: 'a' }], { key: 'a' }, now + 61_000)).toThrow('Policy expired')
  })

  it('says how long the file may be', () => {
    expect(parse([['content-length-range', 1, '100']])).toMatchObject({ minimumLength: 1, maximumLength: 100 })
    expect(parse([])).toMatchObject({ minimumLength: 0, maximumLength: Infinity })
  })

  it.each([
    [undefined, '2026-01-01T00:00:00Z'],
    [[], 'soon'],
    [[['like', '$key', 'a']]],
    [[['eq', 'key', 'a']]],
    [[['eq', '$key']]],
    [['key']],
    [[['content-length-range', -1, 5]]],
    [[['content-length-range', 1]]],
  ])('is refused when it is malformed: %#', (conditions, expiration = '2026-01-01T00:00:00Z') => {
    expect(() => parse(conditions, expiration)).toThrow(expect.objectContaining({ code: 'InvalidPolicyDocument' }))
  })
})
