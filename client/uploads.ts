import { ClientError } from './errors.ts'
import type { UploadPartFragment } from './operations.generated.ts'
import { pause } from './pause.ts'
import type { Request } from './request.ts'

export interface UploadOptions {
  /** An upload that was begun before, of the same file: only its missing parts are sent. */
  readonly uploadId?: string
  /** Called when the upload has an id, by which it can be continued. */
  readonly onBegin?: (uploadId: string) => void
  /** Called with the number of bytes that have arrived. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void
  readonly signal?: AbortSignal
}

interface Transport {
  readonly request: Request
  readonly send: typeof fetch
}

/** The store takes a few parts at a time; a connection is seldom used up by one. */
const partsAtATime = 3
/** How often a part is sent before the upload fails. */
const attempts = 4
/** The pause before the second attempt, in milliseconds; it doubles each time. */
const pauseMs = 500

/**
 * Uploads a file in parts, straight to the object store.
 *
 * @returns the id of the upload.
 * @throws ClientError
 */
export async function uploadFile(transport: Transport, file: Blob, options: UploadOptions = {}): Promise<string> {
  const { onProgress, signal } = options
  const { uploadId, parts } = await begin(transport, file, options)
  const missing = parts.filter(({ isReceived }) => !isReceived)
  let sentBytes = file.size - missing.reduce((sum, { byteSize }) => sum + byteSize, 0)
  onProgress?.(sentBytes, file.size)
  const queue = [...missing]
  await Promise.all(
    Array.from({ length: partsAtATime }, async () => {
      for (let part = queue.shift(); part; part = queue.shift()) {
        const bytes = file.slice(part.start, part.start + part.byteSize)
        await sendWithRetries(transport.send, part.url, { method: 'PUT', body: bytes }, signal)
        sentBytes += part.byteSize
        onProgress?.(sentBytes, file.size)
      }
    }),
  )
  return uploadId
}

/**
 * Uploads a picture by its form.
 *
 * @returns the id of the upload.
 * @throws ClientError
 */
export async function uploadPicture({ request, send }: Transport, file: Blob, signal?: AbortSignal): Promise<string> {
  const { createPictureUpload: upload } = await request('CreatePictureUpload', {}, signal)
  if (file.size > upload.maxBytes) throw new ClientError('BAD_USER_INPUT', 'The picture is too large.')
  const body = new FormData()
  for (const { name, value } of upload.fields) body.append(name, value)
  body.append('file', file)
  await sendWithRetries(send, upload.url, { method: 'POST', body }, signal)
  return upload.uploadId
}

async function begin(
  { request }: Transport,
  file: Blob,
  { uploadId, onBegin, signal }: UploadOptions,
): Promise<{ readonly uploadId: string; readonly parts: readonly UploadPartFragment[] }> {
  if (uploadId !== undefined) {
    const { upload } = await request('Upload', { id: uploadId }, signal)
    const size = upload?.parts.reduce((sum, { byteSize }) => sum + byteSize, 0)
    if (upload && size === file.size) return { uploadId, parts: upload.parts }
  }
  const { createUpload } = await request('CreateUpload', { byteSize: file.size }, signal)
  onBegin?.(createUpload.uploadId)
  return createUpload
}

async function sendWithRetries(
  send: typeof fetch,
  url: string,
  message: RequestInit,
  signal?: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await send(url, { ...message, ...(signal && { signal }) })
      if (response.ok) return
      // What the store refuses it would refuse again.
      if (response.status < 500) throw new ClientError('BAD_USER_INPUT', 'The file was not accepted.')
    } catch (error) {
      if (error instanceof ClientError) throw error
      if (signal?.aborted === true) throw new ClientError('ABORTED', 'The upload was given up.', [], { cause: error })
    }
    if (attempt === attempts) throw new ClientError('OFFLINE', 'The upload was interrupted.')
    await pause(pauseMs * 2 ** (attempt - 1), signal)
  }
}
