import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** So many calls of one connection are worked on at a time; what a client sends ahead waits. */
const atOnce = 4
/** When so many wait, nothing more is read from the connection. */
const mostWaiting = 64

interface Turns {
  underWay: number
  /** Whether nothing more is read at present. */
  isFull: boolean
  readonly waiting: (() => void)[]
}

/**
 * Lets connections take turns. A client may send a thousand calls at once over one connection; all of them would be worked on
 * before anybody else is heard.
 */
export function takeTurns(app: FastifyInstance): void {
  const connections = new WeakMap<Socket, Turns>()

  app.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    const turns = connections.get(socket) ?? { underWay: 0, isFull: false, waiting: [] }
    connections.set(socket, turns)
    const begin = (): void => {
      if (socket.destroyed) return
      turns.underWay++
      reply.raw.once('close', () => {
        turns.underWay--
        const next = turns.waiting.shift()
        if (next) setImmediate(next)
        if (turns.isFull && turns.waiting.length === 0) {
          turns.isFull = false
          socket.resume()
        }
      })
      done()
    }
    if (turns.underWay < atOnce && turns.waiting.length === 0) begin()
    else if (turns.waiting.push(begin) >= mostWaiting && !turns.isFull) {
      turns.isFull = true
      socket.pause()
    }
  })
}
