import type { Credentials } from '../../embedded/s3/authentication.ts'
import type { EndpointUnderTest } from './endpoint.ts'
import { canonicalRequest, sha256Hex, sign, signingKey, stringToSign } from '../../platform/storage/signature-v4.ts'

export interface RequestToSign {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** The value of x-amz-content-sha256; by default that of an empty body. */
  readonly payloadHash?: string
  /** The time of the signature; default now. */
  readonly at?: Date
}

/** The headers and signature of a request signed by hand, for requests that the client library would never send. */
export function signHeaders(request: RequestToSign, { accessKey, secretKey }: Credentials) {
  const url = new URL(request.url)
  const timestamp = (request.at ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, '')
  const payloadHash = request.payloadHash ?? sha256Hex('')
  const headers: Record<string, string> = {
    ...request.headers,
    host: url.host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': timestamp,
  }
  const scope = { date: timestamp.slice(0, 8), region: 'us-east-1' }
  const signedHeaders = Object.keys(headers).sort()
  const canonical = canonicalRequest({
    method: request.method,
    path: decodeURIComponent(url.pathname),
    parameters: [...url.searchParams],
    signedHeaders,
    header: (name) => headers[name],
    payloadHash,
  })
  const key = signingKey(secretKey, scope)
  const signature = sign(key, stringToSign(timestamp, scope, canonical))
  headers.authorization =
    `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope.date}/us-east-1/s3/aws4_request, ` +
    `SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`
  return { headers, signature, timestamp, scope, signingKey: key, payloadHash }
}

/** Sends a request signed by hand with the credentials of the endpoint, or with others. */
export function sendSigned(
  endpoint: EndpointUnderTest,
  request: Omit<RequestToSign, 'url'> & { readonly path: string; readonly body?: string | Buffer },
  credentials: Credentials = endpoint,
): Promise<Response> {
  const { path, body, ...rest } = request
  const url = `${endpoint.url}${path}`
  const { headers } = signHeaders({ ...rest, url }, credentials)
  return fetch(url, { method: request.method, headers, ...(body !== undefined && { body }) })
}

/** The status and code of an error. */
export async function refusalOf(response: Response): Promise<{ status: number; code: string | undefined }> {
  return { status: response.status, code: /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] }
}
