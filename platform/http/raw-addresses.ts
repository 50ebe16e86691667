import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** Whoever sends the first part of an address in an earlier packet than its raw letters cannot be helped. */
const lineFeed = 0x0a
const methodAndSpace = /^[A-Z]{3,10} $/

/** The error of a parser that met an address which it does not take. */
interface ParseError extends Error {
  readonly code?: string
  /** A Buffer, whatever the framework's types say of it. */
  readonly rawPacket?: unknown
  readonly bytesParsed?: number
}

/**
 * Reads a request again whose address holds letters that its client did not escape, as curl and simple clients send them:
 * Node's parser refuses whatever is not ASCII there. The letters are escaped as the UTF-8 that they are, and the connection
 * ends with the answer.
 *
 * @returns whether it will be answered; else it is malformed in another way.
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

/** Whether an answer to an earlier request of the connection is under way, which must come first. */
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

/** The same connection, with other bytes first. */
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
  // The parser that gave up hears no more of it.
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
