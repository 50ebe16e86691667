import { closeSync, read } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import type { ByteRange } from './range.ts'

const readBytes = promisify(read)

/** Bytes read from disk at a time. Smaller files, such as most covers, need a single read. */
const readAhead = 256 * 1024

/**
 * Ends `response` with a range of an open file, and closes the file. Reads no faster than the client does, and stops when the
 * client disconnects.
 */
export async function sendFile(descriptor: number, { start, end }: ByteRange, response: ServerResponse): Promise<void> {
  try {
    let position = start
    while (position <= end && !response.destroyed) {
      const buffer = Buffer.allocUnsafe(Math.min(readAhead, end + 1 - position))
      const { bytesRead } = await readBytes(descriptor, buffer, 0, buffer.length, position)
      if (bytesRead === 0) throw new Error('The file of an object ends too early')
      position += bytesRead
      const chunk = buffer.subarray(0, bytesRead)
      if (position > end) response.end(chunk)
      else if (!response.write(chunk)) await drained(response)
    }
  } finally {
    closeSync(descriptor)
  }
}

function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle)
      resolve()
    }
    response.on('drain', settle).on('close', settle)
  })
}
