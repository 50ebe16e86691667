import type { IncomingMessage, ServerResponse } from 'node:http'

const exposed = [
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Length',
  'Content-Range',
  'Date',
  'ETag',
  'Last-Modified',
  'Location',
  'x-amz-request-id',
].join(', ')

/** Lets pages of any origin read the answer: objects are protected by signatures and policies, never by cookies. */
export function allowAnyOrigin(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Access-Control-Expose-Headers', exposed)
}

/** Answers a preflight request of a browser (Fetch Standard, CORS-preflight). */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  const requestedHeaders = request.headers['access-control-request-headers']
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, HEAD, PUT, POST, DELETE',
    // Not `*`, which does not cover Authorization.
    ...(requestedHeaders !== undefined && { 'Access-Control-Allow-Headers': requestedHeaders }),
    'Access-Control-Max-Age': 7200,
    Vary: 'Access-Control-Request-Headers',
  })
  response.end()
}
