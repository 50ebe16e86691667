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

/** Lets pages of any origin read the answer: what protects an object is a signature or a policy, never a cookie. */
export function allowAnyOrigin(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Access-Control-Expose-Headers', exposed)
}

/** Answers a browser that asks whether it may send a request (Fetch standard, CORS-preflight). */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  const asked = request.headers['access-control-request-headers']
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, HEAD, PUT, POST, DELETE',
    // Not `*`, which leaves out Authorization.
    ...(asked !== undefined && { 'Access-Control-Allow-Headers': asked }),
    'Access-Control-Max-Age': 7200,
    Vary: 'Access-Control-Request-Headers',
  })
  response.end()
}
