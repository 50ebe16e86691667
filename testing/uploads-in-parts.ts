import { request } from 'node:http'

/** A part of a file, as `createUpload` and `upload` return it. */
export interface SentPart {
  readonly number: number
  readonly start: number
  readonly byteSize: number
  readonly url: string
  readonly isReceived: boolean
}

/** The selected fields of parts. */
export const partFields = 'parts { number start byteSize url isReceived }'

/** Sends one part of a file, as a browser does; returns the status. */
export async function sendsPart(part: SentPart, file: Buffer): Promise<number> {
  const body = new Uint8Array(file.subarray(part.start, part.start + part.byteSize))
  const answer = await fetch(part.url, { method: 'PUT', body })
  await answer.arrayBuffer()
  return answer.status
}

/** Begins to send a part, and loses the connection halfway. */
export async function losesConnection(part: SentPart, file: Buffer): Promise<void> {
  const half = file.subarray(part.start, part.start + Math.floor(part.byteSize / 2))
  const sending = request(part.url, { method: 'PUT', headers: { 'content-length': part.byteSize } })
  sending.on('error', () => undefined)
  await new Promise((resolve) => sending.write(half, resolve))
  const closed = new Promise((resolve) => sending.once('close', resolve))
  sending.destroy()
  await closed
}
