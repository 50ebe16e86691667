import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { S3Error } from './errors.ts'

/** An incremental digest. */
export interface Checksum {
  update(chunk: Buffer): void
  digest(): Buffer
}

/** The headers and trailers in which a client may give a checksum, in base64. */
export const checksumHeaders = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'].map(
  (name) => `x-amz-checksum-${name}`,
)

/** The checksum named by a header. Throws `NotImplemented` for unsupported ones instead of skipping verification. */
export function createChecksum(header: string): Checksum {
  if (header === 'x-amz-checksum-crc32') return createCrc32()
  if (header === 'x-amz-checksum-sha1') return createHash('sha1')
  if (header === 'x-amz-checksum-sha256') return createHash('sha256')
  throw new S3Error('NotImplemented', `This server does not verify ${header}.`)
}

function createCrc32(): Checksum {
  let value = 0
  return {
    update: (chunk) => {
      value = crc32(chunk, value)
    },
    digest: () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value)
      return bytes
    },
  }
}
