import { connect } from 'node:net'

/** A connection on which a test sends arbitrary bytes. */
export interface RawSocket extends Disposable {
  send(text: string): void
  /** Resolves with everything that was received, once the other side has closed. */
  readonly ended: Promise<string>
  readonly isOpen: boolean
}

/** Connects to the host and port of an address. */
export function openRawSocket(url: string): RawSocket {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
  // A client that is cut off while sending may still have been answered.
  socket.on('error', () => undefined)
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(answer)))
  return {
    send: (text) => void (socket.writable && socket.write(text)),
    ended,
    get isOpen() {
      return !socket.destroyed && !socket.readableEnded
    },
    [Symbol.dispose]: () => socket.destroy(),
  }
}
