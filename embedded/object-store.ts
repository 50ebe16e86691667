import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { EmbeddedService, Log } from './embedded-service.ts'
import { keepSecret } from './files/secret.ts'
import { startMinio } from './object-store/minio.ts'
import { findProgram } from './processes/program.ts'
import { startEmbeddedS3 } from './s3/server.ts'

export interface ObjectStoreOptions {
  /** Must exist; holds the objects in `minio` or `s3`, and the generated secret key. */
  readonly dataDir: string
  /** The address to listen on; clients on other machines fetch videos from there. */
  readonly host: string
  /** A free port by default. */
  readonly port: number | undefined
  readonly accessKey: string | undefined
  readonly secretKey: string | undefined
  readonly log: Log
}

export interface EmbeddedObjectStore extends EmbeddedService {
  readonly accessKey: string
  readonly secretKey: string
}

/**
 * Starts a private S3 server: an installed `minio`, or else the one of this project. Missing keys are generated once and
 * stored.
 *
 * @throws Error with one line when the server cannot start, or when the objects belong to a server that is no longer installed
 */
export async function startEmbeddedObjectStore(options: ObjectStoreOptions): Promise<EmbeddedObjectStore> {
  const { dataDir, host, port, log } = options
  const accessKey = options.accessKey ?? 'short-video'
  const secretKey = options.secretKey ?? (await keepSecret(join(dataDir, 'object-store-secret')))
  const minio = await chooseMinio(dataDir)
  const service = minio
    ? await startMinio({ program: minio, directory: join(dataDir, 'minio'), host, port, accessKey, secretKey, log })
    : await startEmbeddedS3({ directory: join(dataDir, 's3'), host, port, accessKey, secretKey, log })
  return {
    url: service.url,
    source: service.source,
    accessKey,
    secretKey,
    ...(service.givenUp && { givenUp: service.givenUp }),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  }
}

/** Objects stay with the server that wrote them, even if MinIO is installed or removed later. */
async function chooseMinio(dataDir: string): Promise<string | undefined> {
  if (existsSync(join(dataDir, 's3'))) return undefined
  const program = await findProgram('minio')
  if (program === undefined && existsSync(join(dataDir, 'minio'))) {
    throw new Error(
      `The objects in ${join(dataDir, 'minio')} were written by MinIO: install minio again, or move them away.`,
    )
  }
  return program
}
