import { expect, it } from 'vitest'
import { presign, type PresignedRequest } from './presigned-url.ts'

/** The example of the S3 documentation (API/sigv4-query-string-auth.html). */
const keys = {
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
}
const request: PresignedRequest = {
  ...{ method: 'GET', storeUrl: 'https://examplebucket.s3.amazonaws.com', path: '/test.txt' },
  ...{ signedAt: new Date('2013-05-24T00:00:00Z'), lifetimeSeconds: 86_400 },
}

it('signs the request of the documentation as the documentation does', () => {
  expect(presign(request, keys)).toBe(
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
      '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
      '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  )
})

it('signs the method, each parameter and each header', () => {
  const variants: PresignedRequest[] = [
    request,
    { ...request, method: 'PUT' },
    { ...request, parameters: { partNumber: '1' } },
    { ...request, parameters: { partNumber: '2' } },
    { ...request, headers: { 'content-length': '1' } },
    { ...request, headers: { 'content-length': '2' } },
  ]
  const signatures = variants.map((variant) => /Signature=(\w+)$/.exec(presign(variant, keys))?.[1])
  expect(new Set(signatures).size).toBe(variants.length)
})
