import { S3Error } from './errors.ts'
import type { S3Request } from './request.ts'
import {
  algorithm,
  canonicalRequest,
  parseTimestamp,
  sameSignature,
  sign,
  signingKey,
  stringToSign,
  type CredentialScope,
} from '../../platform/storage/signature-v4.ts'

/** The single account of the server. */
export interface Credentials {
  readonly accessKey: string
  readonly secretKey: string
}

/** What remains to be verified after the signature: that the body is the signed one. */
export interface Signer {
  readonly timestamp: string
  readonly scope: CredentialScope
  readonly signingKey: Buffer
  readonly signature: string
  /** The value of `x-amz-content-sha256`, or its equivalent in a presigned request. */
  readonly payloadHash: string
}

interface Claim extends CredentialScope {
  readonly timestamp: string
  readonly accessKey: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
  readonly payloadHash: string
}

const maximumSkew = 15 * 60 * 1000
const maximumExpiry = 7 * 24 * 60 * 60

/** Who signed the request; `undefined` for an unsigned one. Throws the S3 error for an invalid signature. */
export function authenticate(request: S3Request, credentials: Credentials, now: number): Signer | undefined {
  const presigned = request.parameter('X-Amz-Signature') !== undefined
  const authorization = request.header('authorization')
  if (presigned && authorization !== undefined)
    throw new S3Error('InvalidArgument', 'Only one mechanism of authentication is allowed.')
  if (!presigned && authorization === undefined) return undefined
  const claim = authorization === undefined ? presignedClaim(request, now) : headerClaim(request, authorization, now)
  if (claim.accessKey !== credentials.accessKey) throw new S3Error('InvalidAccessKeyId')
  rejectUnsignedHeaders(request, claim.signedHeaders)
  const key = signingKey(credentials.secretKey, claim)
  const canonical = canonicalRequest({
    ...claim,
    method: request.method,
    path: request.path,
    parameters: request.parameters.filter(([name]) => name !== 'X-Amz-Signature'),
    header: request.header,
  })
  const expected = sign(key, stringToSign(claim.timestamp, claim, canonical))
  if (!sameSignature(expected, claim.signature)) throw new S3Error('SignatureDoesNotMatch')
  return { ...claim, scope: claim, signingKey: key }
}

/** Verifies the signature of a form's policy `document`. Throws as `authenticate` does. */
export function authenticatePolicy(
  fields: ReadonlyMap<string, string>,
  document: string,
  credentials: Credentials,
): void {
  const scope = parseCredential(fields.get('x-amz-credential') ?? '', fields.get('x-amz-date') ?? '')
  if (!scope || fields.get('x-amz-algorithm') !== algorithm)
    throw new S3Error('AccessDenied', `The form is not signed with ${algorithm}.`)
  if (scope.accessKey !== credentials.accessKey) throw new S3Error('InvalidAccessKeyId')
  const expected = sign(signingKey(credentials.secretKey, scope), document)
  if (!sameSignature(expected, fields.get('x-amz-signature') ?? '')) throw new S3Error('SignatureDoesNotMatch')
}

function headerClaim(request: S3Request, authorization: string, now: number): Claim {
  if (!authorization.startsWith(algorithm))
    throw new S3Error('InvalidRequest', `The mechanism of authentication is not supported. Please use ${algorithm}.`)
  const fields = /^\S+\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
    authorization,
  )
  const [, credential, signedHeaders, signature] = fields ?? []
  if (credential === undefined || signedHeaders === undefined || signature === undefined)
    throw new S3Error('AuthorizationHeaderMalformed')
  const timestamp = request.header('x-amz-date') ?? ''
  const signed = parseTimestamp(timestamp)
  if (Number.isNaN(signed)) throw new S3Error('AccessDenied', 'A valid x-amz-date header is required.')
  if (Math.abs(now - signed) > maximumSkew) throw new S3Error('RequestTimeTooSkewed')
  const payloadHash = request.header('x-amz-content-sha256')
  if (payloadHash === undefined) throw new S3Error('InvalidRequest', 'The x-amz-content-sha256 header is required.')
  const scope = parseCredential(credential, timestamp)
  if (!scope) throw new S3Error('AuthorizationHeaderMalformed')
  return { ...scope, timestamp, signedHeaders: signedHeaders.split(';'), signature, payloadHash }
}

function presignedClaim(request: S3Request, now: number): Claim {
  const parameter = (name: string) => request.parameter(`X-Amz-${name}`) ?? ''
  const timestamp = parameter('Date')
  const signed = parseTimestamp(timestamp)
  const expires = /^\d{1,6}$/.test(parameter('Expires')) ? Number(parameter('Expires')) : NaN
  const scope = parseCredential(parameter('Credential'), timestamp)
  if (
    parameter('Algorithm') !== algorithm ||
    !scope ||
    Number.isNaN(signed) ||
    !(expires >= 1 && expires <= maximumExpiry)
  )
    throw new S3Error('AuthorizationQueryParametersError')
  if (signed - now > maximumSkew) throw new S3Error('AccessDenied', 'Request is not valid yet.')
  if (now > signed + expires * 1000) throw new S3Error('AccessDenied', 'Request has expired.')
  return {
    ...scope,
    timestamp,
    signedHeaders: parameter('SignedHeaders').split(';'),
    signature: parameter('Signature'),
    payloadHash: request.header('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD',
  }
}

/** Parses `<access key>/<date>/<region>/s3/aws4_request`; the region can be any, since nothing depends on it. */
function parseCredential(credential: string, timestamp: string) {
  const [, accessKey, date, region] = /^(.+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/.exec(credential) ?? []
  if (accessKey === undefined || date === undefined || region === undefined) return undefined
  return timestamp.startsWith(date) ? { accessKey, date, region } : undefined
}

/** The holder of a presigned URL must not gain more by adding, for example, an x-amz-copy-source header. */
function rejectUnsignedHeaders(request: S3Request, signedHeaders: readonly string[]): void {
  const signed = new Set(signedHeaders)
  const unsigned = Object.keys(request.incoming.headers).find((name) => name.startsWith('x-amz-') && !signed.has(name))
  if (unsigned !== undefined || !signed.has('host'))
    throw new S3Error('AccessDenied', `The header ${unsigned ?? 'host'} is not signed.`)
}
