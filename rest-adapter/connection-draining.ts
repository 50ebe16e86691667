import type { FastifyInstance } from 'fastify'

/**
 * Reads on, for a while, what a client still sends after it was answered, and throws it away. Many clients read the
 * answer only when they have sent everything; closing the connection on them would take it away unread (RFC 9112 §9.6).
 */
export function drainAfterAnswers(app: FastifyInstance, deadlineMs: number): void {
  app.addHook('onResponse', ({ raw: request }, _reply, done) => {
    if (!request.complete) {
      const deadline = setTimeout(() => request.destroy(), deadlineMs)
      request.once('close', () => clearTimeout(deadline))
      request.unpipe()
      request.resume()
    }
    done()
  })
}
