import type { IncomingHttpHeaders } from 'node:http'
import proxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy'
import type { FastifyInstance } from 'fastify'
import { Pool } from 'undici'
import { publicBucket, uploadBucket, type Bucket } from '../storage/object-store.ts'

/**
 * Passes the object store on under a door's own address: reading with ranges of public objects, and of uploads by signed
 * URLs, and the sending of upload forms and of parts. So whoever reaches a door reaches the media too, without another open
 * port. The store is called by its own host, which is the one that signed URLs are signed for.
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
      rewriteRequestHeaders: ({ method }, headers) => without(headers, sending.has(method) ? forThisDoor : bodiless),
      rewriteHeaders: (headers) => ({ ...without(headers, forThisDoor), ...objectHeaders }),
      onError(reply, { error }) {
        reply.log.error({ err: error }, 'the object store does not answer')
        void reply.code(503).send({ error: 'The object store does not answer.' })
      },
    },
  })
  await app.register(async (media) => {
    // Some clients name a type, or send a body, with every GET; it is let go by.
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

/** A file that somebody sent is shown or played, here or in pages of other origins, but never runs as a page of ours. */
const objectHeaders = {
  'content-security-policy':
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
} as const

const sending: ReadonlySet<string | undefined> = new Set(['POST', 'PUT'])

/**
 * What belongs to one connection (RFC 9110 §7.6.1), and the client's tokens, which are not for the store. Nor is it to hear
 * of another object: MinIO lets whoever may send a part have it copied from there, with the rights of the signer.
 */
const forThisDoor: readonly string[] = [
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
const bodiless: readonly string[] = [...forThisDoor, 'content-length', 'content-type']

function without(headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}
