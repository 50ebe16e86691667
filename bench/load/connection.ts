import { connect, type Socket } from 'node:net'
import type { Request } from './request.ts'

/** How a request ended: answered as expected, or the problem. */
export interface Outcome {
  readonly problem: string | undefined
  /** Of the answer, head and body. */
  readonly bytes: number
}

/** A client connection with a minimal HTTP implementation, so that generating load costs little CPU. */
export interface Connection extends Disposable {
  /** Sends a request after the previous one has ended; reconnects if necessary. */
  send(request: Request, onEnd: (outcome: Outcome) => void): void
}

const patienceMs = 10_000
/** How much of an answer is examined. */
const lookedAt = 4_096

/** Answers must have a Content-Length, as those of this system do. */
export function openConnection(url: URL): Connection {
  let socket: Socket | undefined
  let waiting: { readonly request: Request; readonly onEnd: (outcome: Outcome) => void } | undefined
  let sentAt = 0
  /** Of the current answer: its beginning, the bytes received, and its length once known. */
  let start = ''
  let bytes = 0
  let length = Infinity

  const watch = setInterval(() => {
    if (waiting && performance.now() - sentAt > patienceMs) lose(`no answer in ${patienceMs} ms`)
  }, 1_000)

  function open(): Socket {
    const opened = connect({
      host: url.hostname,
      port: Number(url.port),
      noDelay: true,
      // One buffer for all answers of a connection saves half of the garbage.
      onread: { buffer: Buffer.allocUnsafe(65_536), callback: (size, buffer) => read(buffer as Buffer, size) },
    })
    opened.on('error', (error) => opened === socket && lose(error.message))
    opened.on('close', () => opened === socket && lose('the connection was closed'))
    return opened
  }

  function lose(reason: string): void {
    const lost = socket
    socket = undefined
    lost?.destroy()
    end(reason)
  }

  function read(buffer: Buffer, size: number): boolean {
    bytes += size
    if (start.length < lookedAt) start += buffer.toString('latin1', 0, Math.min(size, lookedAt - start.length))
    if (length === Infinity) {
      const bodyAt = start.indexOf('\r\n\r\n') + 4
      if (bodyAt === 3) return true
      const bodyLength = /\r\ncontent-length: *(\d+)/i.exec(start)?.[1]
      if (bodyLength === undefined) lose(`an answer without a length: ${start}`)
      else length = bodyAt + Number(bodyLength)
    }
    if (bytes >= length) end(problemOf(start, waiting?.request))
    return true
  }

  function end(problem: string | undefined): void {
    const ended = waiting
    const outcome = { problem, bytes }
    waiting = undefined
    start = ''
    bytes = 0
    length = Infinity
    ended?.onEnd(outcome)
  }

  return {
    send(request, onEnd) {
      socket ??= open()
      waiting = { request, onEnd }
      sentAt = performance.now()
      if (request.body) socket.cork()
      socket.write(headOf(request), 'latin1')
      if (request.body) {
        socket.write(request.body)
        socket.uncork()
      }
    },
    [Symbol.dispose]() {
      clearInterval(watch)
      const opened = socket
      socket = undefined
      opened?.destroy()
    },
  }
}

function headOf({ method, path, headers, body }: Request): string {
  let head = `${method} ${path} HTTP/1.1\r\nhost: bench\r\n`
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`
  return method === 'GET' ? `${head}\r\n` : `${head}content-length: ${body?.length ?? 0}\r\n\r\n`
}

function problemOf(start: string, request: Request | undefined): string | undefined {
  if (start.startsWith('HTTP/1.1 200') && request && start.includes(request.expected)) return undefined
  return start.slice(0, 400).replace(/[\r\n]+/g, ' · ')
}
