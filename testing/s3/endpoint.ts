import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'minio'
import type { Credentials } from '../../embedded/s3/authentication.ts'
import { startEmbeddedS3 } from '../../embedded/s3/server.ts'

/** The S3 server under test, and the credentials of its account. */
export interface EndpointUnderTest extends AsyncDisposable, Credentials {
  readonly url: string
  readonly client: Client
  /** Creates a bucket that nobody else uses. */
  newBucket(): Promise<string>
}

/** Whether a real MinIO is under test, which is laxer in places: its failures do not concern our server. */
export const isMinio = process.env['MINIO_ENDPOINT'] !== undefined

/** Our server on a new folder or, if MINIO_ENDPOINT is set, a real MinIO, which must pass the same tests. */
export async function openEndpoint(): Promise<EndpointUnderTest> {
  const { MINIO_ENDPOINT, MINIO_ACCESS_KEY, MINIO_SECRET_KEY } = process.env
  if (MINIO_ENDPOINT === undefined) return openEmbeddedEndpoint()
  const credentials = { accessKey: MINIO_ACCESS_KEY ?? '', secretKey: MINIO_SECRET_KEY ?? '' }
  return describeEndpoint(MINIO_ENDPOINT.replace(/\/$/, ''), credentials, () => Promise.resolve())
}

export interface EmbeddedEndpoint extends EndpointUnderTest {
  readonly directory: string
  /** What the server logged for its operator. */
  readonly logged: readonly string[]
  /** Stops the server and keeps its folder. */
  stop(): Promise<void>
}

export async function openEmbeddedEndpoint(): Promise<EmbeddedEndpoint> {
  const directory = await mkdtemp(join(tmpdir(), 's3-test-'))
  const credentials = { accessKey: 'alice', secretKey: 'alice-keeps-this-secret' }
  const logged: string[] = []
  const service = await startEmbeddedS3({ directory, ...credentials, log: (line) => logged.push(line) })
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= Promise.resolve(service[Symbol.asyncDispose]()))
  const endpoint = describeEndpoint(service.url, credentials, async () => {
    await stop()
    await rm(directory, { recursive: true })
  })
  return { ...endpoint, directory, logged, stop }
}

/** A client without retries, so that tests see the first answer; `partSize` is for multipart uploads, in bytes. */
export function clientOf(url: string, credentials: Credentials, partSize?: number): Client {
  const { hostname, port, protocol } = new URL(url)
  return new Client({
    endPoint: hostname,
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    useSSL: protocol === 'https:',
    accessKey: credentials.accessKey,
    secretKey: credentials.secretKey,
    retryOptions: { disableRetry: true },
    ...(partSize !== undefined && { partSize }),
  })
}

function describeEndpoint(url: string, credentials: Credentials, close: () => Promise<void>): EndpointUnderTest {
  const client = clientOf(url, credentials)
  return {
    url,
    ...credentials,
    client,
    async newBucket() {
      const bucket = `test-${randomBytes(8).toString('hex')}`
      await client.makeBucket(bucket)
      return bucket
    },
    [Symbol.asyncDispose]: close,
  }
}

/** Collects all items of a listing. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

/** The bytes of an object. */
export async function readObject(client: Client, bucket: string, key: string): Promise<Buffer> {
  return Buffer.concat(await collect<Buffer>(await client.getObject(bucket, key)))
}
