import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { limits } from './operation/admission.ts'
import { gatewayUnderTest, post } from '../testing/gateway.ts'

it('passes media and uploads on to the object store, whatever their size', async () => {
  const received: { method: string | undefined; url: string | undefined; bytes: number; headers: object }[] = []
  const store = createServer((request, response) => {
    let bytes = 0
    request.on('data', (chunk: Buffer) => (bytes += chunk.length))
    request.on('end', () => {
      const { method, url, headers } = request
      received.push({ method, url, bytes, headers })
      response.end('stored')
    })
  })
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
  try {
    const objectStoreUrl = `http://127.0.0.1:${(store.address() as AddressInfo).port}`
    await using gateway = await gatewayUnderTest({
      objectStoreAddress: { url: objectStoreUrl, accessKey: '', secretKey: '' },
    })
    const film = await gateway.app.inject({ url: '/media/films/1.mp4', headers: { authorization: 'Bearer secret' } })
    expect(film.body).toBe('stored')
    const payload = Buffer.alloc(4 * limits.bodyBytes)
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    expect((await gateway.app.inject({ method: 'POST', url: '/uploads', headers, payload })).body).toBe('stored')
    expect(received).toMatchObject([
      { method: 'GET', url: '/media/films/1.mp4' },
      { method: 'POST', url: '/uploads', bytes: payload.length },
    ])
    expect(received[0]?.headers).not.toHaveProperty('authorization')
    expect((await post(gateway, '{ viewer { name } }')).status).toBe(200)
  } finally {
    store.closeAllConnections()
    await new Promise((resolve) => store.close(resolve))
  }
})

it('serves no objects where no store is named', async () => {
  await using gateway = await gatewayUnderTest()
  expect((await gateway.app.inject({ url: '/media/films/1.mp4' })).statusCode).toBe(404)
})

it('finishes what it answers before it stops', async () => {
  const gateway = await gatewayUnderTest()
  const url = `${await gateway.app.listen({ port: 0, host: '127.0.0.1' })}/graphql`
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ query: '{ feed { edges { node { title author { name } } } } }' })
  const answer = fetch(url, { method: 'POST', headers, body })
  await fetch(url, { method: 'POST', headers, body })
  await gateway[Symbol.asyncDispose]()
  expect((await answer).status).toBe(200)
  await expect(fetch(url, { method: 'POST', headers, body })).rejects.toThrow()
})
