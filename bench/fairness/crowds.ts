import { connect, type Socket } from 'node:net'

/** Clients that cost others as much as they can. */
export interface Crowd {
  readonly name: string
  readonly connections: number
  readonly addresses: number
  /** What a client does once it is connected. */
  readonly begin: (socket: Socket) => void
}

const head = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: bench', ...headers, '', ''].join('\r\n')
const form = 'multipart/form-data; boundary=b'
const fileBegins = '--b\r\nContent-Disposition: form-data; name="data"; filename="a.mp4"\r\n\r\n'

export const crowdNames = {
  idle: '2 000 idle connections',
  slow: '200 slow uploads from 50 addresses',
  flood: 'pipelined floods of 8 connections from 4 addresses',
} as const

/** The measured crowds: silent, slow, and greedy. */
export const crowds: readonly Crowd[] = [
  { name: crowdNames.idle, connections: 2_000, addresses: 1, begin: () => undefined },
  {
    name: crowdNames.slow,
    connections: 200,
    addresses: 50,
    begin(socket) {
      const line = 'POST /douyin/publish/action/'
      socket.write(head(line, `Content-Type: ${form}`, 'Content-Length: 10000000') + fileBegins)
      const drip = setInterval(() => socket.write('x'.repeat(100)), 1_000)
      socket.once('close', () => clearInterval(drip))
    },
  },
  {
    name: crowdNames.flood,
    connections: 8,
    addresses: 4,
    begin(socket) {
      const requests = head('GET /douyin/feed/').repeat(50)
      const flood = (): void => {
        while (socket.writable && socket.write(requests));
      }
      socket.on('drain', flood)
      flood()
    },
  },
]

/**
 * Opens the connections of a crowd, from many loopback addresses, of which Linux has plenty. Closed connections are reopened
 * after a moment.
 */
export async function gather(url: URL, { connections, addresses, begin }: Crowd): Promise<void> {
  const open = (index: number): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect({
        host: '127.0.0.1',
        port: Number(url.port),
        ...(addresses > 1 && { localAddress: `127.0.1.${(index % addresses) + 1}` }),
      })
      socket.on('error', () => undefined).resume()
      socket.once('connect', () => {
        begin(socket)
        resolve()
      })
      socket.once('close', () => {
        resolve()
        setTimeout(() => void open(index), comesBackMs)
      })
    })
  await Promise.all(Array.from({ length: connections }, (_, index) => open(index)))
}

const comesBackMs = 100
