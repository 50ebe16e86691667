import { describe, expect, it } from 'vitest'
import { headerValue, objectHeaders, overriddenHeaders } from './object-headers.ts'

describe('the headers of an object', () => {
  it('are the ones that describe it, and say that it is bytes where nothing else does', () => {
    expect(
      objectHeaders([
        ['cache-control', 'no-store'],
        ['x-amz-meta-author', 'alice'],
        ['authorization', 'secret'],
        ['content-type', ''],
      ]),
    ).toEqual({ 'cache-control': 'no-store', 'content-type': 'binary/octet-stream', 'x-amz-meta-author': 'alice' })
  })

  it('say how it is encoded, not how it was uploaded', () => {
    expect(objectHeaders([['content-encoding', 'aws-chunked,gzip']])).toMatchObject({ 'content-encoding': 'gzip' })
    expect(objectHeaders([['content-encoding', 'aws-chunked']])).not.toHaveProperty('content-encoding')
  })

  it('hold 2 KB of user metadata and no more', () => {
    expect(() => objectHeaders([['x-amz-meta-a', 'x'.repeat(2047)]])).not.toThrow()
    expect(() => objectHeaders([['x-amz-meta-a', 'x'.repeat(2048)]])).toThrow(
      expect.objectContaining({ code: 'MetadataTooLarge' }),
    )
  })
})

it('a header value from elsewhere is sent as UTF-8, and cannot break out of its header', () => {
  expect(Buffer.from(headerValue('视频'), 'latin1').toString()).toBe('视频')
  for (const text of ['a\r\nSet-Cookie: b', 'a\nb', 'a\0'])
    expect(() => headerValue(text)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
})

it('only the headers that describe an object can be overridden', () => {
  expect(
    overriddenHeaders([
      ['response-content-type', 'video/mp4'],
      ['response-set-cookie', 'a=b'],
      ['constructor', 'x'],
    ]),
  ).toEqual({ 'content-type': 'video/mp4' })
})
