import { expect, it } from 'vitest'
import { createChecksum } from './checksum.ts'

it.each([
  ['x-amz-checksum-crc32', 'NhCmhg=='],
  ['x-amz-checksum-sha1', 'qvTGHdzF6KLavt4PO0gs2a6pQ00='],
  ['x-amz-checksum-sha256', 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='],
])('%s of hello is the known one, however it is cut', (header, expected) => {
  for (const pieces of [['hello'], ['h', 'ell', '', 'o']]) {
    const checksum = createChecksum(header)
    for (const piece of pieces) checksum.update(Buffer.from(piece))
    expect(checksum.digest().toString('base64')).toBe(expected)
  }
})

it('a checksum that cannot be verified is refused, not ignored', () => {
  expect(() => createChecksum('x-amz-checksum-crc64nvme')).toThrow(expect.objectContaining({ code: 'NotImplemented' }))
})
