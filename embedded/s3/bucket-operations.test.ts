import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isMinio, openEndpoint, type EndpointUnderTest } from '../../testing/s3/endpoint.ts'
import { refusalOf, sendSigned } from '../../testing/s3/hand-signed-request.ts'
import { sha256Hex } from '../../platform/storage/signature-v4.ts'

let endpoint: EndpointUnderTest
let bucket: string
beforeAll(async () => {
  endpoint = await openEndpoint()
  bucket = await endpoint.newBucket()
})
afterAll(() => endpoint[Symbol.asyncDispose]())

describe('a bucket', () => {
  it('exists from its creation to its removal', async () => {
    const { client } = endpoint
    const name = await endpoint.newBucket()
    expect(await client.bucketExists(name)).toBe(true)
    expect((await client.listBuckets()).map((listed) => listed.name)).toContain(name)
    await client.removeBucket(name)
    expect(await client.bucketExists(name)).toBe(false)
    await expect(client.removeBucket(name)).rejects.toMatchObject({ code: 'NoSuchBucket' })
  })

  it('is not created twice', async () => {
    await expect(endpoint.client.makeBucket(bucket)).rejects.toMatchObject({ code: 'BucketAlreadyOwnedByYou' })
  })

  it('is not removed while it holds an object', async () => {
    const { client } = endpoint
    const name = await endpoint.newBucket()
    await client.putObject(name, 'a', 'x')
    await expect(client.removeBucket(name)).rejects.toMatchObject({ code: 'BucketNotEmpty' })
    await client.removeObject(name, 'a')
    await client.removeBucket(name)
  })

  it('tells its location', async () => {
    expect(await endpoint.client.getBucketRegionAsync(bucket)).toBe('us-east-1')
  })

  it.each(['ab', 'Uppercase', 'under_score', '-dash', 'dash-', 'two..dots', '192.168.0.1', 'x'.repeat(64)])(
    'is not called %s',
    async (name) => {
      expect(await refusalOf(await sendSigned(endpoint, { method: 'PUT', path: `/${name}` }))).toEqual({
        status: 400,
        code: 'InvalidBucketName',
      })
    },
  )

  it('tells the region it was created for, which has to be one', async () => {
    const create = (name: string, region: string) => {
      const body = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`
      return sendSigned(endpoint, { method: 'PUT', path: `/${name}`, body, payloadHash: sha256Hex(body) })
    }
    if (!isMinio) expect((await create(`${bucket}-bad`, 'no&#10;region')).status).toBe(400)
    expect((await create(`${bucket}-good`, 'us-east-1')).status).toBe(200)
    expect(await endpoint.client.getBucketRegionAsync(`${bucket}-good`)).toBe('us-east-1')
  })

  it('is not given a policy that is none', async () => {
    const body = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}'
    const response = await sendSigned(endpoint, {
      method: 'PUT',
      path: `/${bucket}?policy=`,
      body,
      payloadHash: sha256Hex(body),
    })
    expect(await refusalOf(response)).toEqual({ status: 400, code: 'MalformedPolicy' })
  })
})

describe('somebody without credentials', () => {
  it('reads what a policy makes public and nothing else', async () => {
    const { client, url } = endpoint
    const open = await endpoint.newBucket()
    await client.putObject(open, 'public/a.txt', 'for all')
    await client.putObject(open, 'private/a.txt', 'for me')
    const read = (key: string) => fetch(`${url}/${open}/${key}`)
    expect((await read('public/a.txt')).status).toBe(403)

    const statement = {
      Effect: 'Allow',
      Principal: { AWS: ['*'] },
      Action: ['s3:GetObject'],
      Resource: [`arn:aws:s3:::${open}/public/*`],
    }
    await client.setBucketPolicy(open, JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
    expect(JSON.parse(await client.getBucketPolicy(open))).toMatchObject({ Statement: [{ Effect: 'Allow' }] })
    const allowed = await read('public/a.txt')
    expect([allowed.status, await allowed.text()]).toEqual([200, 'for all'])
    expect((await fetch(`${url}/${open}/public/a.txt`, { method: 'HEAD' })).status).toBe(200)
    expect((await read('private/a.txt')).status).toBe(403)
    expect((await fetch(`${url}/${open}/public/b.txt`, { method: 'PUT', body: 'x' })).status).toBe(403)
    expect((await fetch(`${url}/${open}/public/a.txt`, { method: 'DELETE' })).status).toBe(403)
    expect((await fetch(`${url}/${open}`)).status).toBe(403)
    expect((await fetch(url)).status).toBe(403)

    await client.setBucketPolicy(open, '')
    expect((await read('public/a.txt')).status).toBe(403)
    await expect(client.getBucketPolicy(open)).rejects.toMatchObject({ code: 'NoSuchBucketPolicy' })
  })
})
