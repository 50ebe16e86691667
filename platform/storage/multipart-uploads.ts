import { XMLParser } from 'fast-xml-parser'
import { S3Error, type Client } from 'minio'
import { z } from 'zod'
import type { PresignedRequest } from './presigned-url.ts'

/** A part of a file that is uploaded in parts. */
export interface Part {
  /** From 1 to 10 000, in the order of the file. */
  readonly number: number
  /** In bytes; at least 5 MiB, except for the last part. */
  readonly byteSize: number
}

/** A part as the store last received it. */
export interface ReceivedPart extends Part {
  readonly etag: string
}

/** Signs a request for clients that call the store directly. */
type Sign = (request: Pick<PresignedRequest, 'method' | 'path' | 'parameters' | 'headers'>, expiresAt: Date) => string

/**
 * S3 multipart uploads to one bucket: each part is sent separately, in any order, and again if need be, so a lost connection
 * costs one part and not the whole file.
 */
export function createMultipartUploads(client: Client, bucket: string, sign: Sign) {
  return {
    /** Starts a multipart upload; resolves to the store's id of it. */
    startParts: (key: string): Promise<string> => client.initiateNewMultipartUpload(bucket, key, {}),

    /** Path and query to PUT a part to. The store accepts no other part and no other size there. */
    partPath: (key: string, multipartId: string, part: Part, expiresAt: Date): string =>
      sign(
        {
          method: 'PUT',
          path: `/${bucket}/${key}`,
          parameters: { partNumber: String(part.number), uploadId: multipartId },
          headers: { 'content-length': String(part.byteSize) },
        },
        expiresAt,
      ),

    /** The parts that have arrived; null when the upload was completed or aborted. */
    async receivedParts(key: string, multipartId: string): Promise<ReceivedPart[] | null> {
      const received: ReceivedPart[] = []
      let marker: string | undefined = '0'
      while (marker !== undefined) {
        const page = await listParts(client, bucket, key, multipartId, marker)
        if (page === null) return null
        received.push(...page.parts)
        marker = page.next
      }
      return received
    },

    /**
     * Completes the object from exactly these parts.
     *
     * @returns false when the parts are no longer there: completed, aborted or replaced by others.
     */
    async completeParts(key: string, multipartId: string, parts: readonly ReceivedPart[]): Promise<boolean> {
      const etags = parts.map(({ number, etag }) => ({ part: number, etag }))
      try {
        await client.completeMultipartUpload(bucket, key, multipartId, etags)
        return true
      } catch (error) {
        const code = error instanceof S3Error ? error.code : undefined
        if (code === 'NoSuchUpload' || code === 'InvalidPart') return false
        throw error
      }
    },

    /** Aborts all multipart uploads to a key; they cannot be completed afterwards. */
    async abortParts(key: string): Promise<void> {
      for (;;) {
        const multipartId = await client.findUploadId(bucket, key)
        if (multipartId === undefined) return
        await client.abortMultipartUpload(bucket, key, multipartId).catch((error: unknown) => {
          // Another process was faster.
          if (!(error instanceof S3Error && error.code === 'NoSuchUpload')) throw error
        })
      }
    },
  }
}

const xml = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'Part' })
/** The answer of ListParts, or an error (Amazon S3 API Reference). */
const listing = z.object({
  Error: z.object({ Code: z.string() }).optional(),
  ListPartsResult: z
    .object({
      IsTruncated: z.string().optional(),
      NextPartNumberMarker: z.string().optional(),
      Part: z.array(z.object({ PartNumber: z.coerce.number(), Size: z.coerce.number(), ETag: z.string() })).default([]),
    })
    .optional(),
})

/** The parts after a marker, at most a thousand, and the next marker; null when the upload does not exist. */
async function listParts(client: Client, bucket: string, key: string, multipartId: string, marker: string) {
  // The client library makes this call only for uploads of its own.
  const parameters = { uploadId: multipartId, 'part-number-marker': marker }
  const response = await fetch(await client.presignedUrl('GET', bucket, key, 60, parameters))
  const { Error: failure, ListPartsResult: result } = listing.parse(xml.parse(await response.text()))
  if (failure?.Code === 'NoSuchUpload') return null
  if (!result) throw new Error(`The object store did not list parts: ${response.status} ${failure?.Code ?? ''}`)
  return {
    parts: result.Part.map(({ PartNumber, Size, ETag }) => ({
      number: PartNumber,
      byteSize: Size,
      etag: ETag.replaceAll('"', ''),
    })),
    next: result.IsTruncated === 'true' ? result.NextPartNumberMarker : undefined,
  }
}
