import { describe, expect, it } from 'vitest'
import { parseBucketPolicy } from './bucket-policy.ts'

const publicRead = {
  Effect: 'Allow',
  Principal: { AWS: ['*'] },
  Action: ['s3:GetObject'],
  Resource: ['arn:aws:s3:::videos/public/*'],
}

function policy(...statements: object[]) {
  return parseBucketPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'videos')
}

describe('a bucket policy', () => {
  it('allows what it names and nothing else', () => {
    const { allows } = policy(publicRead)
    expect(allows('s3:GetObject', 'arn:aws:s3:::videos/public/a/b.mp4')).toBe(true)
    expect(allows('s3:GetObject', 'arn:aws:s3:::videos/private/a.mp4')).toBe(false)
    expect(allows('s3:GetObject', 'arn:aws:s3:::videos/public')).toBe(false)
    expect(allows('s3:PutObject', 'arn:aws:s3:::videos/public/a.mp4')).toBe(false)
  })

  it('takes a single string for a list, and wildcards in actions', () => {
    const { allows } = policy({
      ...publicRead,
      Principal: '*',
      Action: 's3:Get*',
      Resource: 'arn:aws:s3:::videos/v?.mp4',
    })
    expect(allows('s3:GetObject', 'arn:aws:s3:::videos/v1.mp4')).toBe(true)
    expect(allows('s3:GetObject', 'arn:aws:s3:::videos/v12.mp4')).toBe(false)
    expect(allows('s3:GetObject', 'arn:aws:s3:::videos/v1xmp4')).toBe(false)
  })

  it('denies what one statement denies, whatever another allows', () => {
    const { allows } = policy(publicRead, {
      ...publicRead,
      Effect: 'Deny',
      Resource: 'arn:aws:s3:::videos/public/drafts/*',
    })
    expect(allows('s3:GetObject', 'arn:aws:s3:::videos/public/a')).toBe(true)
    expect(allows('s3:GetObject', 'arn:aws:s3:::videos/public/drafts/a')).toBe(false)
  })

  it.each([
    { ...publicRead, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } },
    { ...publicRead, NotAction: 's3:PutObject' },
    { ...publicRead, Principal: { AWS: ['arn:aws:iam::1:root'] } },
    { ...publicRead, Effect: 'allow' },
    { ...publicRead, Action: 'ec2:RunInstances' },
    { ...publicRead, Resource: 'arn:aws:s3:::videos-of-others/*' },
    { ...publicRead, Resource: [] },
    { ...publicRead, Resource: [1] },
  ])('is refused when it says what would not be done: %#', (statement) => {
    expect(() => policy(statement)).toThrow(expect.objectContaining({ code: 'MalformedPolicy' }))
  })

  it.each(['', '[]', '{', '{"Statement":[]}', '{"Statement":["x"]}'])('is refused when it is not one: %s', (text) => {
    expect(() => parseBucketPolicy(text, 'videos')).toThrow(expect.objectContaining({ code: 'MalformedPolicy' }))
  })
})
