import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** So many requests that were sent ahead are worked on at a time, by all connections together. */
const aheadAtOnce = 2
/** How long the server rests from them before it takes the next ones, in milliseconds. */
const restMs = 1
/** A request that takes longer keeps the others no longer, in milliseconds. */
const longestTurnMs = 250
/** So many may wait on one connection; when many wait on others, fewer. */
const mostWaiting = { usually: 256, whenCrowded: 8 }
/** How many requests wait on all connections together when it is crowded. */
const crowdedFrom = 2_048

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** What llhttp calls with each head that it has read. */
interface Parser {
  onIncoming?: (request: IncomingMessage, ...more: unknown[]) => number
}

/** llhttp reads nothing after this message, as if the connection went over to another protocol. */
const stopParsing = 2

interface Waiting {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What a connection has sent ahead. */
interface Line {
  isBusy: boolean
  /** Whether it sent too much ahead: nothing more is read, and it closes after what waits was answered. */
  isClosing: boolean
  readonly waiting: Waiting[]
}

/**
 * Lets connections take turns. A client may send a thousand requests at once over one connection (HTTP/1.1 pipelining); Node
 * parses them all in one go, and all of them would be worked on before anybody else is heard. Here a connection has one
 * request under way. What it sends ahead waits outside of the framework, and of all that wait a few are worked on at a time,
 * one connection after the other, with a rest in between. A connection on which too many wait is not read any more; it is
 * closed when they were answered (RFC 9112 §9.3.2 has a client send the others again). A client that waits for its answers
 * notices nothing.
 *
 * The first request of a turn of the event loop begins at once. What other connections send in the same turn begins together,
 * when all of it was read. So it asks together for what has to be read, and is answered together: under load, the same answers take a third less of a core than when each is
 * sent, and wakes up its client, before the next request is read.
 */
export function takeTurns(server: Server): void {
  const handlers = server.listeners('request') as Handler[]
  const lines = new WeakMap<Socket, Line>()
  /** What was read in this turn of the event loop after the first. */
  const arrived: Waiting[] = []
  let isGathering = false
  /** Whose turn is next. */
  const queue: [Socket, Line][] = []
  let underWay = 0
  let waiting = 0
  let isResting = false

  function lineOf(socket: Socket): Line {
    const known = lines.get(socket)
    if (known) return known
    const line: Line = { isBusy: false, isClosing: false, waiting: [] }
    lines.set(socket, line)
    socket.once('close', () => (waiting -= line.waiting.splice(0).length))
    return line
  }

  function handle(socket: Socket, line: Line, request: IncomingMessage, response: ServerResponse): void {
    line.isBusy = true
    response.once('close', () => {
      line.isBusy = false
      if (line.waiting.length === 0) return
      queue.push([socket, line])
      rest()
    })
    if (isGathering) {
      arrived.push({ request, response })
      return
    }
    isGathering = true
    setImmediate(beginGathered)
    begin({ request, response })
  }

  function begin({ request, response }: Waiting): void {
    for (const handler of handlers) handler(request, response)
  }

  function beginGathered(): void {
    isGathering = false
    for (const each of arrived.splice(0)) begin(each)
  }

  function rest(): void {
    if (isResting) return
    isResting = true
    setTimeout(() => {
      isResting = false
      workAhead()
    }, restMs)
  }

  function workAhead(): void {
    while (underWay < aheadAtOnce) {
      const [socket, line] = queue.shift() ?? []
      if (!socket || !line) return
      const next = line.waiting.shift()
      if (!next) continue
      waiting--
      underWay++
      let isOver = false
      const end = (): void => {
        if (isOver) return
        isOver = true
        clearTimeout(timer)
        underWay--
        rest()
      }
      const timer = setTimeout(end, longestTurnMs)
      next.response.once('close', end)
      handle(socket, line, next.request, next.response)
    }
  }

  /** Reads nothing more from a connection, and closes it after the last of the requests that wait. */
  function closeAfter(socket: Socket, line: Line, last: ServerResponse): void {
    line.isClosing = true
    last.shouldKeepAlive = false
    socket.pause()
    // Node resumes a socket for every request that it has read from it.
    socket.resume = () => socket
  }

  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    const line = lineOf(socket)
    if (!line.isBusy && line.waiting.length === 0) {
      handle(socket, line, request, response)
      return
    }
    // Where the parser cannot be stopped, what it had read already still comes here.
    if (line.isClosing) return
    line.waiting.push({ request, response })
    waiting++
    const most = waiting > crowdedFrom ? mostWaiting.whenCrowded : mostWaiting.usually
    if (line.waiting.length >= most) closeAfter(socket, line, response)
  })
  server.on('connection', (socket: Socket & { readonly parser?: Parser | null }) => {
    // There is no public way to stop the parser in the midst of what was received: 64 KB hold 1 500 requests.
    const parser = socket.parser
    const onIncoming = parser?.onIncoming
    if (!parser || typeof onIncoming !== 'function') return
    parser.onIncoming = function (request, ...more) {
      return lines.get(socket)?.isClosing ? stopParsing : onIncoming.call(this, request, ...more)
    }
  })
}
