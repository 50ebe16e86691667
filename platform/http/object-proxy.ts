import type { IncomingHttpHeaders } from 'node:http'
import proxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy'
import type { FastifyInstance } from 'fastify'
import { Pool } from 'undici'
import { publicBucket, uploadBucket, type Bucket } from '../storage/object-store.ts'

/**
 * Proxies the object store under the server's own address: public objects with ranges, uploads by signed URLs, upload forms and
 * parts. Clients then reach media without another open port. The store is called with its own host name because signed URLs are
 * signed for it.
 */
export async function serveObjects(app: FastifyInstance, objectStoreUrl: string): Promise<void> {
  const pool = new Pool(new URL(objectStoreUrl).origin)
  app.addHook('onClose', () => pool.close())

  const passOn = (bucket: Bucket): FastifyHttpProxyOptions => ({
    upstream: objectStoreUrl,
    undici: pool,
    prefix: `/${bucket}`,
    rewritePrefix: `/${bucket}`,
    disableRequestLogging: true,
    config: { takesFiles: true },
    replyOptions: {
      rewriteRequestHeaders: ({ method }, headers) => without(headers, sending.has(method) ? notForwarded : bodiless),
      rewriteHeaders: (headers) => ({ ...without(headers, notForwarded), ...objectHeaders }),
      onError(reply, { error }) {
        reply.log.error({ err: error }, 'the object store does not answer')
        void reply.code(503).send({ error: 'The file storage does not answer.' })
      },
    },
  })
  await app.register(async (media) => {
    // Some clients send a content type or a body with every GET; both are ignored.
    media.removeAllContentTypeParsers()
    media.addContentTypeParser('*', (_request, _body, done) => done(null))
    await media.register(proxy, {
      ...passOn(publicBucket),
      httpMethods: ['GET', 'HEAD', 'OPTIONS'],
      proxyPayloads: false,
    })
    await media.register(proxy, { ...passOn(uploadBucket), httpMethods: ['GET', 'HEAD'], proxyPayloads: false })
  })
  await app.register(proxy, { ...passOn(uploadBucket), httpMethods: ['POST', 'PUT', 'OPTIONS'] })
}

/** Uploaded files are shown or played, here or in pages of other origins, but must never run as a page of this origin. */
const objectHeaders = {
  'content-security-policy':
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
} as const

const sending: ReadonlySet<string | undefined> = new Set(['POST', 'PUT'])

/**
 * Hop-by-hop headers (RFC 9110 §7.6.1) and the client's tokens, which the store must not see. The copy-source header is removed
 * because MinIO lets anyone who may send a part copy another object, with the rights of the signer.
 */
const notForwarded: readonly string[] = [
  'authorization',
  'connection',
  'cookie',
  'expect',
  'keep-alive',
  'te',
  'upgrade',
  'x-amz-copy-source',
  'x-amz-copy-source-range',
]
const bodiless: readonly string[] = [...notForwarded, 'content-length', 'content-type']

function without(headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}
