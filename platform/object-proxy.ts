import proxy from '@fastify/http-proxy'
import type { FastifyInstance } from 'fastify'
import { publicBucket, uploadBucket } from './object-store.ts'

/**
 * Passes the object store on under a door's own address: reading of public objects with ranges, and the sending of
 * upload forms. So whoever reaches a door reaches the media too, without another open port.
 */
export async function serveObjects(app: FastifyInstance, objectStoreUrl: string): Promise<void> {
  const routes = [
    { bucket: publicBucket, httpMethods: ['GET', 'HEAD', 'OPTIONS'] },
    { bucket: uploadBucket, httpMethods: ['POST', 'OPTIONS'] },
  ]
  for (const { bucket, httpMethods } of routes) {
    await app.register(proxy, {
      upstream: objectStoreUrl,
      prefix: `/${bucket}`,
      rewritePrefix: `/${bucket}`,
      httpMethods,
      replyOptions: {
        // A client's token is for this system, not for the store.
        rewriteRequestHeaders: (_request, { authorization: _authorization, cookie: _cookie, ...headers }) => headers,
      },
    })
  }
}
