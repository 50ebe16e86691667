import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect, openEmbeddedEndpoint, readObject, type EmbeddedEndpoint } from '../../testing/s3/endpoint.ts'
import { signHeaders } from '../../testing/s3/hand-signed-request.ts'

const megabyte = 1024 * 1024

let endpoint: EmbeddedEndpoint
let bucket: string
beforeAll(async () => {
  endpoint = await openEmbeddedEndpoint()
  bucket = await endpoint.newBucket()
})
afterAll(() => endpoint[Symbol.asyncDispose]())

async function textOf(response: IncomingMessage): Promise<string> {
  return Buffer.concat(await collect<Buffer>(response)).toString()
}

describe('a request', () => {
  it('for what is not implemented is refused, and does not do something else', async () => {
    await endpoint.client.putObject(bucket, 'tagged', 'bytes')
    for (const parameter of ['tagging', 'acl', 'retention', 'versionId=1']) {
      const url = `${endpoint.url}/${bucket}/tagged?${parameter}`
      const { headers } = signHeaders({ method: 'PUT', url, payloadHash: 'UNSIGNED-PAYLOAD' }, endpoint)
      expect((await fetch(url, { method: 'PUT', headers, body: '<Tagging/>' })).status).toBe(501)
    }
    expect(String(await readObject(endpoint.client, bucket, 'tagged'))).toBe('bytes')
  })

  it('that uploads without saying how much is refused', async () => {
    const outgoing = request(await endpoint.client.presignedPutObject(bucket, 'endless', 60), { method: 'PUT' })
    outgoing.write('chunk')
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(411)
    expect(await textOf(response)).toContain('<Code>MissingContentLength</Code>')
    outgoing.end()
  })

  it('that is refused is told so though it has much to upload, and its connection goes on', async () => {
    const url = (await endpoint.client.presignedPutObject(bucket, 'refused', 60)).replace(
      /Signature=\w+/,
      `Signature=${'0'.repeat(64)}`,
    )
    const response = await fetch(url, { method: 'PUT', body: Buffer.alloc(20 * megabyte) })
    expect(await response.text()).toContain('<Code>SignatureDoesNotMatch</Code>')
  })

  it('that asks before it uploads is refused without its body, or asked to go on', async () => {
    const ask = async (url: string) => {
      const outgoing = request(url, { method: 'PUT', headers: { expect: '100-continue', 'content-length': 5 } })
      let continued = false
      outgoing.on('continue', () => {
        continued = true
        outgoing.end('bytes')
      })
      outgoing.flushHeaders()
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      await textOf(response)
      outgoing.destroy()
      return { continued, status: response.statusCode }
    }
    const url = await endpoint.client.presignedPutObject(bucket, 'asked', 60)
    expect(await ask(url.replace('/asked?', '/other?'))).toEqual({ continued: false, status: 403 })
    expect(await ask(url)).toEqual({ continued: true, status: 200 })
  })

  it('that is no HTTP does not hurt', async () => {
    const { port, hostname } = new URL(endpoint.url)
    const socket = connect(Number(port), hostname)
    socket.end('\x16\x03\x01 nonsense\r\n\r\n')
    await collect(socket)
    expect(await endpoint.client.bucketExists(bucket)).toBe(true)
  })
})
