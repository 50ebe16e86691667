import type { IncomingHttpHeaders } from 'node:http'
import proxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy'
import type { FastifyInstance } from 'fastify'
import { Pool } from 'undici'
import { publicBucket, uploadBucket, type Bucket } from '../storage/object-store.ts'
import { createSignedFolders, signedPrefix, type SignedFolderOptions } from '../storage/signed-folders.ts'

/**
 * Proxies the object store under the server's own address: public objects with ranges, restricted ones by signed paths, uploads by
 * signed URLs, upload forms and parts. Clients then reach media without another open port. The store is called with its own host name because signed URLs are
 * signed for it.
 */
export async function serveObjects(app: FastifyInstance, objectStore: SignedFolderOptions): Promise<void> {
  const objectStoreUrl = objectStore.url
  const signedFolders = createSignedFolders(objectStore)
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
    await media.register(proxy, {
      ...restricted(passOn(publicBucket)),
      httpMethods: ['GET', 'HEAD', 'OPTIONS'],
      proxyPayloads: false,
      handler(request, reply, _, options) {
        const [path = ''] = request.url.slice(signedPrefix.length + 1).split('?', 1)
        const opened = signedFolders.open(request.method === 'HEAD' ? 'HEAD' : 'GET', path)
        if (opened === null) return reply.code(403).send({ error: 'This address is not valid or has expired.' })
        return reply.from(opened, options)
      },
    })
    await media.register(proxy, { ...passOn(uploadBucket), httpMethods: ['GET', 'HEAD'], proxyPayloads: false })
  })
  await app.register(proxy, { ...passOn(uploadBucket), httpMethods: ['POST', 'PUT', 'OPTIONS'] })
}

/** As a browser of one user may keep it, and no cache that others use. */
function restricted(options: FastifyHttpProxyOptions): FastifyHttpProxyOptions {
  const { replyOptions } = options
  return {
    ...options,
    prefix: signedPrefix,
    replyOptions: {
      ...replyOptions,
      rewriteHeaders: (headers, request) => ({
        ...(replyOptions?.rewriteHeaders?.(headers, request) ?? headers),
        'cache-control': 'private, no-cache',
      }),
    },
  }
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
