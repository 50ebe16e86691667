import type { FastifyInstance } from 'fastify'

/** How a client wants to be answered, when it is not with one answer: over a WebSocket, or as a stream of server-sent events. */
export type AnswerKind = 'socket' | 'stream'

type Storage = ReturnType<Parameters<FastifyInstance['addConstraintStrategy']>[0]['storage']>
type Handler = NonNullable<ReturnType<Storage['get']>>

declare module 'fastify' {
  interface RouteConstraint {
    answers?: AnswerKind
  }
}

/** Lets routes of one path be told apart by how they answer: `constraints: { answers: 'stream' }`. */
export function distinguishAnswers(app: FastifyInstance): void {
  app.addConstraintStrategy({
    name: 'answers',
    storage() {
      const handlers = new Map<unknown, Handler>()
      return {
        get: (kind) => handlers.get(kind) ?? null,
        set: (kind, handler) => {
          handlers.set(kind, handler)
        },
      }
    },
    deriveConstraint({ headers }): AnswerKind | undefined {
      if (headers.upgrade?.toLowerCase() === 'websocket') return 'socket'
      // Clients that take JSON as well ask for one answer, though they could read a stream.
      const { accept = '' } = headers
      return accept.includes('text/event-stream') && !accept.includes('json') ? 'stream' : undefined
    },
    validate: () => undefined,
    mustMatchWhenDerived: false,
  })
}
