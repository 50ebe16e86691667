import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Pool } from 'undici'

/** A form of the object store (S3 POST policy), as returned by the graph. */
export interface UploadForm {
  readonly url: string
  readonly fields: readonly { readonly name: string; readonly value: string }[]
}

/** The file of the form. */
export interface UploadFile {
  /** In bytes. */
  readonly size: number
  readonly content: AsyncIterable<Buffer>
}

/**
 * Sends a form with its file to the object store: multipart/form-data (RFC 7578), for which the store needs the length in
 * advance, and the file last.
 *
 * @param objectStore where this process reaches the store. The form contains the address that clients use; its signature does
 * not cover the host.
 * @throws Error when the store is down or rejects the file.
 */
export async function sendUploadForm(objectStore: Pool, form: UploadForm, file: UploadFile): Promise<void> {
  const boundary = randomUUID()
  const fields = form.fields.map(({ name, value }) => part(boundary, `name="${name}"`, `${value}\r\n`))
  const head = Buffer.from([...fields, part(boundary, 'name="file"; filename="video"', '')].join(''))
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)

  const { statusCode, body } = await objectStore.request({
    method: 'POST',
    path: new URL(form.url).pathname,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + file.size + tail.length),
    },
    body: Readable.from(concatenate(head, file.content, tail)),
  })
  const answer = await body.text()
  if (statusCode >= 300) throw new Error(`the object store answered ${statusCode}: ${answer.slice(0, 500)}`)
}

async function* concatenate(head: Buffer, content: AsyncIterable<Buffer>, tail: Buffer): AsyncGenerator<Buffer> {
  yield head
  yield* content
  yield tail
}

function part(boundary: string, disposition: string, content: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}`
}
