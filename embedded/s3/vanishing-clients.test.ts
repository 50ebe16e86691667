import { once } from 'node:events'
import { readdir, readlink } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { encodeParts } from '../../testing/rest-client.ts'
import { openEmbeddedEndpoint, readObject } from '../../testing/s3/endpoint.ts'

async function open(url: string): Promise<Socket> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Files of the store that this process has open, according to Linux. */
async function openFiles(directory: string): Promise<number> {
  const names = await readdir('/proc/self/fd').catch(() => [])
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
  return targets.filter((target) => target.startsWith(directory)).length
}

it(
  'keeps no file of clients that vanish or send nonsense, at any point, and serves on',
  { timeout: 180_000 },
  async () => {
    await using endpoint = await openEmbeddedEndpoint()
    const { client, url, directory, logged } = endpoint
    const bucket = await endpoint.newBucket()
    await client.putObject(bucket, 'large', Buffer.alloc(3_000_000, 'video'))

    const policy = client.newPostPolicy()
    policy.setBucket(bucket)
    policy.setKey('posted')
    policy.setExpires(new Date(Date.now() + 600_000))
    const { formData } = await client.presignedPostPolicy(policy)
    const form = encodeParts([
      ...Object.entries(formData).map(([name, value]) => ({ name, content: String(value) })),
      { name: 'file', fileName: 'x', content: Buffer.alloc(20_000, 'file') },
    ])
    const get = new URL(await client.presignedGetObject(bucket, 'large', 600))
    const put = new URL(await client.presignedPutObject(bucket, 'put', 600))
    const type = 'Content-Type: multipart/form-data; boundary=a-boundary-of-the-test'
    const head = (line: string, ...headers: string[]): string =>
      [`${line} HTTP/1.1`, `Host: ${get.host}`, ...headers, '', ''].join('\r\n')
    const requests = [
      Buffer.concat([Buffer.from(head(`POST /${bucket}`, type, `Content-Length: ${form.length}`)), form]),
      Buffer.from(head(`PUT ${put.pathname}${put.search}`, 'Content-Length: 9000') + 'x'.repeat(9_000)),
      Buffer.from(head(`GET ${get.pathname}${get.search}`)),
      Buffer.from(
        head(`GET ${get.pathname}${get.search}`, 'Range: bytes=5-,7-9', 'If-Range: "', 'Expect: 100-continue'),
      ),
      Buffer.from(
        head(`PUT /${bucket}/x?uploadId=..%2f..&partNumber=1`, 'Transfer-Encoding: chunked') + 'fffffffff\r\nx',
      ),
      Buffer.from(head('OPTIONS *', 'Upgrade: websocket', 'Connection: upgrade')),
      Buffer.from('CONNECT / HTTP/1.1\r\nHost: x\r\n\r\n'),
      Buffer.from('\0\x01\x02 nonsense \r\n\r\n'),
    ]
    for (const request of requests) {
      for (const share of [0, 0.01, 0.05, 0.2, 0.5, 0.9, 0.99, 1]) {
        for (const how of ['end', 'resetAndDestroy'] as const) {
          const socket = await open(url)
          socket.write(request.subarray(0, Math.floor(request.length * share)))
          // Long enough for an answer to begin, without reading any of it.
          await new Promise((resolve) => setTimeout(resolve, 3))
          socket[how]()
          socket.destroy()
        }
      }
    }
    await expect.poll(() => openFiles(directory), { timeout: 20_000 }).toBe(0)
    expect((await readObject(client, bucket, 'large')).length).toBe(3_000_000)
    expect(logged).toEqual([])
  },
)
