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

/** Answers one request, whatever comes of it. The promise settles when nothing is left to be done for it. */
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
      // A client that went away has nothing to be told, and nothing went wrong here.
      if (incoming.socket.destroyed) return
      const refusal = toS3Error(error)
      if (refusal !== error)
        log(`S3 failed at ${incoming.method} ${pathOf(incoming)} (${requestId}): ${oneLine(error)}`)
      if (response.headersSent) response.destroy()
      else answerError(incoming, response, refusal, requestId)
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
  // Who was not asked to go on may or may not send the body: the connection is of no further use.
  if (incoming.headers.expect !== undefined) response.setHeader('Connection', 'close')
  if (incoming.method === 'HEAD') {
    // Where there can be no body, clients of MinIO look here.
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

/** What is read of a refused body, in bytes. */
const refusedBody = 64 * 1024 * 1024

/** Lets a client finish sending what nobody wants: it would see a reset connection in the place of its answer. */
function discardRest(incoming: IncomingMessage): void {
  if (incoming.readableEnded) return
  let allowance = refusedBody
  // Of whoever stopped reading half-way.
  incoming.removeAllListeners('readable')
  incoming.on('data', (chunk: Buffer) => {
    allowance -= chunk.length
    if (allowance < 0) incoming.destroy()
  })
  incoming.resume()
}

/** Without its parameters, which may be a signature. */
function pathOf(incoming: IncomingMessage): string {
  return (incoming.url ?? '').split('?', 1)[0] ?? ''
}

function oneLine(error: unknown): string {
  return String(error instanceof Error ? error.stack : error)
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
}
