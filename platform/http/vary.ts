import type { FastifyReply } from 'fastify'

/** Tells caches which headers of a request an answer depends on, beside those that were told already (RFC 9110 §12.5.5). */
export function varyBy(reply: FastifyReply, headers: string): void {
  const already = reply.getHeader('vary')
  void reply.header('vary', already === undefined ? headers : `${String(already)}, ${headers}`)
}
