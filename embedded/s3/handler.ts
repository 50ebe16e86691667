import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../embedded-service.ts'
import { authenticate, type Credentials, type Signer } from './authentication.ts'
import { allowAnyOrigin, answerPreflight } from './cross-origin.ts'
import { S3Error, toS3Error } from './errors.ts'
import { answerEmpty, answerXml } from './exchange.ts'
import type { ObjectFolder } from './object-folder.ts'
import { readRequest, type S3Request } from './request.ts'
import { findRoute, type Route } from './routes.ts'

/** Answers one request; never rejects. The promise resolves when all work for it is done. */
export type Handler = (incoming: IncomingMessage, response: ServerResponse) => Promise<void>

export function createHandler(folder: ObjectFolder, credentials: Credentials, log: Log): Handler {
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = readRequest(incoming)
    const route = findRoute(request)
    const signer = authenticate(request, credentials, Date.now())
    authorise(route, request, signer, folder)
    await route.run({ request, response, folder, credentials, signer })
  }

  return async (incoming, response) => {
    const requestId = randomUUID()
    response.setHeader('x-amz-request-id', requestId)
    allowAnyOrigin(response)
    try {
      if (incoming.method === 'OPTIONS') answerPreflight(incoming, response)
      else await answer(incoming, response)
    } catch (error) {
      // The client has disconnected; nothing failed here.
      if (incoming.socket.destroyed) return
      const s3Error = toS3Error(error)
      if (s3Error !== error)
        log(`S3 failed at ${incoming.method} ${pathOf(incoming)} (${requestId}): ${oneLine(error)}`)
      if (response.headersSent) response.destroy()
      else answerError(incoming, response, s3Error, requestId)
    } finally {
      discardRest(incoming)
    }
  }
}

function authorise(route: Route, request: S3Request, signer: Signer | undefined, folder: ObjectFolder): void {
  if (signer || route.access === 'form') return
  if (route.access === 'signed') throw new S3Error('AccessDenied')
  const { name, policy } = folder.bucket(request.bucket)
  const resource = request.key === '' ? `arn:aws:s3:::${name}` : `arn:aws:s3:::${name}/${request.key}`
  if (!policy?.allows(route.access, resource)) throw new S3Error('AccessDenied')
}

function answerError(incoming: IncomingMessage, response: ServerResponse, error: S3Error, requestId: string): void {
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value)
  // A client that was not told to continue may or may not send the body, so the connection cannot be reused.
  if (incoming.headers.expect !== undefined) response.setHeader('Connection', 'close')
  if (incoming.method === 'HEAD') {
    // MinIO's clients look for the error here when the answer has no body.
    answerEmpty(response, error.status, { 'x-minio-error-code': error.code, 'x-minio-error-desc': error.message })
    return
  }
  answerXml(response, error.status, 'Error', {
    Code: error.code,
    Message: error.message,
    Resource: pathOf(incoming),
    RequestId: requestId,
  })
}

/** How much of a rejected body is read, in bytes. */
const maxDiscarded = 64 * 1024 * 1024

/** Reads the rest of a rejected body: otherwise the client would get a connection reset instead of the answer. */
function discardRest(incoming: IncomingMessage): void {
  if (incoming.readableEnded) return
  let allowance = maxDiscarded
  // Left by a consumer that stopped half-way.
  incoming.removeAllListeners('readable')
  incoming.on('data', (chunk: Buffer) => {
    allowance -= chunk.length
    if (allowance < 0) incoming.destroy()
  })
  incoming.resume()
}

/** Without the query, which may contain a signature. */
function pathOf(incoming: IncomingMessage): string {
  return (incoming.url ?? '').split('?', 1)[0] ?? ''
}

function oneLine(error: unknown): string {
  return String(error instanceof Error ? error.stack : error)
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
}
