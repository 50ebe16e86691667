import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** So many calls that were sent ahead are worked on at a time, by all connections together. */
const aheadAtOnce = 2
/** A call that takes longer keeps the others no longer, in milliseconds. */
const longestTurnMs = 250
/** When so many wait on a connection, nothing more is read from it. */
const mostWaiting = 64

type Handler = (request: IncomingMessage, response: ServerResponse) => void

interface HeldSocket extends Socket {
  _paused?: boolean
  readonly parser?: { resume?: () => void } | null
}

/** What a connection has sent ahead. */
interface Line {
  isBusy: boolean
  /** Whether nothing more is read at present. */
  isFull: boolean
  readonly waiting: { readonly request: IncomingMessage; readonly response: ServerResponse }[]
}

/**
 * Lets connections take turns. A client may send a thousand calls at once over one connection (HTTP/1.1 pipelining); Node
 * reads them all in one go, and all of them would be worked on before anybody else is heard. Here a connection has one call
 * under way. What it sends ahead waits outside of the framework, and of all that wait a few are worked on at a time, one
 * connection after the other. A client that waits for its answers notices nothing.
 */
export function takeTurns(server: Server): void {
  const handlers = server.listeners('request') as Handler[]
  const lines = new WeakMap<Socket, Line>()
  /** Whose turn is next. */
  const queue: [Socket, Line][] = []
  let underWay = 0

  function handle(socket: Socket, line: Line, request: IncomingMessage, response: ServerResponse): void {
    line.isBusy = true
    response.once('close', () => {
      line.isBusy = false
      if (line.waiting.length === 0) return
      queue.push([socket, line])
      // After whatever else has come in meanwhile.
      setImmediate(workAhead)
    })
    for (const handler of handlers) handler(request, response)
  }

  function workAhead(): void {
    while (underWay < aheadAtOnce) {
      const [socket, line] = queue.shift() ?? []
      const next = line?.waiting.shift()
      if (!socket || !line) return
      if (line.isFull && line.waiting.length === 0) {
        line.isFull = false
        hold(socket, false)
      }
      if (!next || socket.destroyed) continue
      underWay++
      let isOver = false
      const end = (): void => {
        if (isOver) return
        isOver = true
        clearTimeout(timer)
        underWay--
        setImmediate(workAhead)
      }
      const timer = setTimeout(end, longestTurnMs)
      next.response.once('close', end)
      handle(socket, line, next.request, next.response)
    }
  }

  /**
   * Reads nothing more from a connection, or goes on. `_paused` and `parser` are how Node's own server holds a client back
   * whose answers pile up (lib/_http_server.js); without them each request that is read resumes the socket.
   */
  function hold(socket: HeldSocket, isHeld: boolean): void {
    socket._paused = isHeld
    if (isHeld) {
      socket.pause()
    } else {
      socket.parser?.resume?.()
      socket.resume()
    }
  }

  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    const line = lines.get(socket) ?? { isBusy: false, isFull: false, waiting: [] }
    lines.set(socket, line)
    if (!line.isBusy && line.waiting.length === 0) {
      handle(socket, line, request, response)
      return
    }
    if (line.waiting.push({ request, response }) >= mostWaiting) {
      line.isFull = true
      hold(socket, true)
    }
  })
}
