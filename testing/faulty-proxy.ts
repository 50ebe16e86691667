import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A proxy for a service that can be shut, opened and frozen, like a faulty network. */
export interface FaultyProxy extends AsyncDisposable {
  /** The address of the service through this proxy. */
  readonly url: string
  /** The number of connected clients. */
  readonly connections: number
  /** Closes all connections and rejects new ones. */
  shut(): Promise<void>
  /** Accepts connections again, at the same address. */
  open(): Promise<void>
  /** Holds back every byte, of old and new connections, without closing them. */
  freeze(): void
}

/** Opens a TCP proxy on a free port of this machine to the host and port of a URL. */
export async function openFaultyProxy(serviceUrl: string): Promise<FaultyProxy> {
  const service = new URL(serviceUrl)
  const url = new URL(serviceUrl)
  const upstreams = new Map<Socket, Socket>()
  let isFrozen = false

  const server = createServer((client) => {
    const upstream = connect(Number(service.port), service.hostname)
    upstreams.set(client, upstream)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => other.destroy())
      socket.on('close', () => other.destroy())
      if (!isFrozen) socket.pipe(other)
    }
    client.on('close', () => upstreams.delete(client))
  })

  async function listen(port: number): Promise<void> {
    isFrozen = false
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }

  async function shut(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const client of upstreams.keys()) client.destroy()
    await closed
  }

  await listen(0)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    get connections() {
      return upstreams.size
    },
    shut,
    open: () => listen(Number(url.port)),
    freeze() {
      isFrozen = true
      for (const [client, upstream] of upstreams) {
        client.unpipe()
        upstream.unpipe()
      }
    },
    [Symbol.asyncDispose]: shut,
  }
}
