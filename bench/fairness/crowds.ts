import { connect, type Socket } from 'node:net'

/** Clients that cost others as much as they can. */
export interface Crowd {
  readonly name: string
  /** Gathers it; disposing sends it home. */
  gather(url: URL): Promise<Disposable>
}

const head = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: bench', ...headers, '', ''].join('\r\n')
const form = 'multipart/form-data; boundary=b'
const fileBegins = '--b\r\nContent-Disposition: form-data; name="data"; filename="a.mp4"\r\n\r\n'

/** Those that are measured: silent, slow, and greedy. */
export const crowds: readonly Crowd[] = [
  {
    name: '2 000 idle connections',
    gather: (url) => gather(url, 2_000, 1, () => undefined),
  },
  {
    name: '200 slow uploads from 50 addresses',
    gather: (url) =>
      gather(url, 200, 50, (socket) => {
        const line = 'POST /douyin/publish/action/'
        socket.write(head(line, `Content-Type: ${form}`, 'Content-Length: 10000000') + fileBegins)
        const drip = setInterval(() => socket.write('x'.repeat(100)), 1_000)
        socket.once('close', () => clearInterval(drip))
      }),
  },
  {
    name: 'pipelined floods of 8 connections from 4 addresses',
    gather: (url) =>
      gather(url, 8, 4, (socket) => {
        const requests = head('GET /douyin/feed/').repeat(50)
        const flood = (): void => {
          while (socket.writable && socket.write(requests));
        }
        socket.on('drain', () => setTimeout(flood, 50))
        flood()
      }),
  },
]

/** Opens connections from addresses of this machine, which Linux has as many of as anybody likes. */
async function gather(
  url: URL,
  count: number,
  addresses: number,
  begin: (socket: Socket) => void,
): Promise<Disposable> {
  const sockets = Array.from({ length: count }, (_, index) =>
    connect({
      host: '127.0.0.1',
      port: Number(url.port),
      ...(addresses > 1 && { localAddress: `127.0.1.${(index % addresses) + 1}` }),
    })
      .on('error', () => undefined)
      .resume(),
  )
  await Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))),
  )
  for (const socket of sockets) begin(socket)
  return {
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
