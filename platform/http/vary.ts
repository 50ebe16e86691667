import type { FastifyReply } from 'fastify'

/** Adds request headers to the Vary header of an answer, so that caches know what it depends on (RFC 9110 §12.5.5). */
export function varyBy(reply: FastifyReply, headers: string): void {
  const already = reply.getHeader('vary')
  void reply.header('vary', already === undefined ? headers : `${String(already)}, ${headers}`)
}
