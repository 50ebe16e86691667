import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

/** A server on this machine that no file may reach. */
export interface Listener extends AsyncDisposable {
  /** Its HTTP address. */
  readonly address: URL
  /** How often it was called. */
  readonly calls: number
}

/** Listens on a free port of the loopback interface, answers any HTTP call, and counts calls. */
export async function openListener(): Promise<Listener> {
  let calls = 0
  const server = createServer((socket) => {
    calls++
    socket.on('error', () => undefined).resume()
    socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: new URL(`http://127.0.0.1:${port}/internal`),
    get calls() {
      return calls
    },
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}
