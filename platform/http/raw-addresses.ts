import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** Limitation: when the URL begins in an earlier packet than its unescaped characters, it cannot be repaired. */
const lineFeed = 0x0a
const methodAndSpace = /^[A-Z]{3,10} $/

/** The error of a parser that rejected a URL. */
interface ParseError extends Error {
  readonly code?: string
  /** A Buffer, although the framework's types say otherwise. */
  readonly rawPacket?: unknown
  readonly bytesParsed?: number
}

/**
 * Parses a request again whose URL contains unescaped non-ASCII characters, as curl and simple clients send them; Node's parser
 * rejects these. The characters are percent-encoded as UTF-8, and the connection closes after the answer.
 *
 * @returns whether the request will be answered; if not, it is malformed in another way.
 */
export function rereadAddress(server: Server, error: ParseError, socket: Socket): boolean {
  const { code, rawPacket, bytesParsed = 0 } = error
  if (code !== 'HPE_INVALID_URL' || !Buffer.isBuffer(rawPacket) || !socket.writable || isAnswering(socket)) return false
  const start = rawPacket.lastIndexOf(lineFeed, Math.max(0, bytesParsed - 1)) + 1
  const end = rawPacket.indexOf(lineFeed, start)
  const line = rawPacket.subarray(start, end === -1 ? undefined : end)
  const space = line.indexOf(' ')
  if (!methodAndSpace.test(line.toString('latin1', 0, space + 1)) || line.every((byte) => byte < 0x80)) return false
  const rest = end === -1 ? Buffer.alloc(0) : rawPacket.subarray(end)
  const closing = end === -1 ? '' : '\nConnection: close\r'
  const packet = Buffer.concat([Buffer.from(escaped(line) + closing, 'latin1'), rest])
  server.emit('connection', behind(socket, packet))
  return true
}

/** Whether an earlier request of the connection is still being answered; its answer must come first. */
function isAnswering(socket: Socket): boolean {
  return (socket as { readonly _httpMessage?: unknown })._httpMessage != null
}

function escaped(line: Buffer): string {
  let text = ''
  for (const byte of line) {
    text += byte < 0x80 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase()}`
  }
  return text
}

/** The same connection, with other bytes at its start. */
function behind(socket: Socket, first: Buffer): Duplex {
  const connection = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, encoding, done) => void socket.write(chunk, encoding, done),
    final(done) {
      socket.end(() => done())
    },
    destroy(error, done) {
      socket.destroy()
      done(error)
    },
  })
  const { remoteAddress, remotePort, remoteFamily, localAddress, localPort } = socket
  Object.assign(connection, {
    remoteAddress,
    remotePort,
    remoteFamily,
    localAddress,
    localPort,
    setTimeout: socket.setTimeout.bind(socket),
    setNoDelay: socket.setNoDelay.bind(socket),
    setKeepAlive: socket.setKeepAlive.bind(socket),
  })
  connection.push(first)
  // Detaches the parser that gave up.
  for (const event of ['data', 'end', 'close', 'drain']) socket.removeAllListeners(event)
  socket.on('data', (chunk: Buffer) => {
    if (!connection.push(chunk)) socket.pause()
  })
  socket.once('end', () => connection.push(null))
  socket.once('close', () => connection.destroy())
  socket.on('error', () => connection.destroy())
  connection.on('error', () => socket.destroy())
  return connection
}
