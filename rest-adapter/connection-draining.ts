import type { FastifyInstance } from 'fastify'

/**
 * Reads and discards for a while what a client still sends after it was answered. Many clients read the answer only after they
 * have sent everything; closing the connection earlier would lose it (RFC 9112 §9.6).
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
