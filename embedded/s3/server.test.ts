import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOf, openEmbeddedEndpoint, readObject, type EmbeddedEndpoint } from '../../testing/s3/endpoint.ts'
import { startEmbeddedS3 } from './server.ts'

const credentials = { accessKey: 'alice', secretKey: 'alice-keeps-this-secret' }
const megabyte = 1024 * 1024

let endpoint: EmbeddedEndpoint
let bucket: string
beforeAll(async () => {
  endpoint = await openEmbeddedEndpoint()
  bucket = await endpoint.newBucket()
})
afterAll(() => endpoint[Symbol.asyncDispose]())

describe('a server', () => {
  it('may be told to stop more than once', async () => {
    const directory = await mkdtemp(join(tmpdir(), 's3-test-'))
    const service = await startEmbeddedS3({ directory, ...credentials, log: () => undefined })
    await Promise.all([service[Symbol.asyncDispose](), service[Symbol.asyncDispose]()])
    await service[Symbol.asyncDispose]()
    await expect(fetch(service.url)).rejects.toThrow()
    await rm(directory, { recursive: true })
  })
})

describe('a server that cannot start says why in a line', () => {
  const start = (options: { directory: string; port?: number }) =>
    startEmbeddedS3({ ...credentials, ...options, log: () => undefined })

  it('when the port is in use, and lets go of the folder', async () => {
    const directory = await mkdtemp(join(tmpdir(), 's3-test-'))
    const port = Number(new URL(endpoint.url).port)
    await expect(start({ directory, port })).rejects.toThrow(
      `S3 cannot listen on 127.0.0.1:${port}: the port is already in use`,
    )
    await (await start({ directory }))[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  it('when the folder is a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 's3-test-'))
    const directory = join(folder, 'file')
    await writeFile(directory, '')
    await expect(start({ directory })).rejects.toThrow(
      `The folder ${directory} cannot hold data: a file has that name.`,
    )
    await expect(start({ directory: join(directory, 'below') })).rejects.toThrow(
      'cannot hold data: a part of its path is a file.',
    )
    await rm(folder, { recursive: true })
  })

  it('when another one serves the folder', async () => {
    await expect(start({ directory: endpoint.directory })).rejects.toThrow(`is in use by process ${process.pid}`)
    expect(await endpoint.client.bucketExists(bucket)).toBe(true)
  })
})

describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'a full disk (a file system of its own: Linux, root)',
  () => {
    const run = promisify(execFile)
    let directory: string
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 's3-test-'))
      await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directory])
    })
    afterAll(async () => {
      await run('umount', [directory])
      await rm(directory, { recursive: true })
    })

    it('refuses what does not fit, keeps nothing of it, and goes on', async () => {
      await using service = await startEmbeddedS3({ directory, ...credentials, log: () => undefined })
      const client = clientOf(service.url, credentials)
      await client.makeBucket('videos')
      await client.putObject('videos', 'fits', Buffer.alloc(megabyte))
      const refused = client.putObject('videos', 'too-big', Buffer.alloc(3 * megabyte))
      await expect(refused).rejects.toMatchObject({ code: 'XMinioStorageFull' })
      await client.putObject('videos', 'fits-too', Buffer.alloc(megabyte / 2))
      expect(await readObject(client, 'videos', 'fits')).toHaveLength(megabyte)
      expect(await readdir(join(directory, 'staging'))).toEqual([])
    })
  },
)
