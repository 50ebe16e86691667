import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { realpathSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCode } from './errors.ts'

/**
 * Keeps a folder to one server: two indexes over one folder would lose each other's writes. The lock is a local socket
 * named after the folder, which the kernel takes back from a killed process, as it would not a file with a process id.
 * Throws if another server holds it.
 */
export async function lockFolder(directory: string): Promise<AsyncDisposable> {
  const address = lockAddress(createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 32))
  const lock = (await listen(address)) ?? (await takeOver(address))
  if (!lock) throw new Error(`The folder ${directory} is already served by another S3 server`)
  // Held for as long as the process lives, but no reason for it to live.
  lock.unref()
  return {
    async [Symbol.asyncDispose]() {
      lock.close()
      await once(lock, 'close')
    },
  }
}

function lockAddress(id: string): string {
  // Linux knows sockets that are no files, and so cannot be left behind.
  if (process.platform === 'linux') return `\0embedded-s3-${id}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\embedded-s3-${id}`
  return join(tmpdir(), `embedded-s3-${id}.sock`)
}

async function listen(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy())
  // Not to be shared between the workers of a cluster, which is what a cluster does with sockets unless told.
  server.listen({ path: address, exclusive: true })
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') return undefined
    throw error
  }
}

/** Where sockets are files, a killed process leaves one behind on which nobody answers. */
async function takeOver(address: string): Promise<Server | undefined> {
  const socket = connect(address)
  try {
    await once(socket, 'connect')
    return undefined
  } catch {
    rmSync(address, { force: true })
    return await listen(address)
  } finally {
    socket.destroy()
  }
}
